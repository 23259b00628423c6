/** /oauth/authorize: a signed-in person is asked whether an app may act for their account. */
import { Alert, Anchor, Button, Center, Group, List, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { SessionProvider, sessionQuery, useSession } from "@/lib/session";
import type { OauthConsent } from "@/lib/types";
import { ErrorNote, Loading } from "@/ui/page";
import { readable } from "./scopes";
import classes from "./settings.module.css";

export type AuthorizationQuery = Partial<Record<"client_id" | "redirect_uri" | "response_type" | "scope" | "state" | "code_challenge" | "code_challenge_method", string>>;

export function ConsentPage() {
  const session = useQuery(sessionQuery);
  if (!session.data) return null;
  return (
    <SessionProvider session={session.data.data.attributes}>
      <Center mih="100dvh" p="md">
        <main className={classes.asked}>
          <Question />
        </main>
      </Center>
    </SessionProvider>
  );
}

const leave = (to: string) => window.location.assign(to);

function Question() {
  const { t } = useTranslation();
  const query = useSearch({ strict: false }) as AuthorizationQuery;
  useEffect(() => {
    document.title = `${t("oauth.title")} · Cairn`;
  }, [t]);
  const answer = (decision: "ask" | "allow" | "deny") =>
    api.post<One<OauthConsent>>("/api/oauth-consents", wrap("oauth-consent", { client_id: "", redirect_uri: "", ...query, decision }));
  const asked = useQuery({ queryKey: ["oauth-consent", query], queryFn: () => answer("ask"), retry: false, staleTime: Infinity });
  const decide = useMutation({
    mutationFn: answer,
    onSuccess: (reply) => reply.data.attributes.redirect_to && leave(reply.data.attributes.redirect_to),
  });
  const mistake = asked.data?.data.attributes.redirect_to;
  useEffect(() => {
    if (mistake) leave(mistake);
  }, [mistake]);
  if (asked.isPending) return <Loading />;
  if (asked.isError)
    return (
      <Stack gap="sm">
        <Title order={1}>{t("oauth.broken")}</Title>
        <ErrorNote error={asked.error} />
        <Text c="dimmed">{t("oauth.brokenHint")}</Text>
      </Stack>
    );
  if (mistake || decide.isSuccess) return <Loading label={t("oauth.leaving")} />;
  return <Asked consent={asked.data.data.attributes} busy={decide.isPending} decide={decide.mutate} />;
}

interface AskedProps {
  consent: OauthConsent;
  busy: boolean;
  decide: (decision: "allow" | "deny") => void;
}

function Asked({ consent, busy, decide }: AskedProps) {
  const { t } = useTranslation();
  const session = useSession();
  const { read, write } = readable(consent.scopes);
  return (
    <Stack gap="md">
      <img src="/cairn.svg" width={40} height={40} alt="" />
      <Title order={1}>{t("oauth.heading", { app: consent.app_name, account: session.account_name })}</Title>
      {consent.website_url && (
        <Anchor href={consent.website_url} target="_blank" rel="noreferrer noopener" size="sm">
          {consent.website_url}
        </Anchor>
      )}
      {consent.is_own ? (
        <Text c="dimmed">{t("oauth.own")}</Text>
      ) : (
        <Alert color="yellow" variant="light">
          {t("oauth.published", { publisher: consent.publisher })}
        </Alert>
      )}
      <div>
        <Text mb={4}>{t("oauth.will")}</Text>
        <List>
          {write.length > 0 && <List.Item>{t("oauth.write", { nouns: write.join(", ") })}</List.Item>}
          {read.length > 0 && <List.Item>{t("oauth.read", { nouns: read.join(", ") })}</List.Item>}
        </List>
      </div>
      <Text c="dimmed" size="sm">
        {t("oauth.after", { host: new URL(consent.redirect_uri).host })}
      </Text>
      <Group>
        <Button loading={busy} onClick={() => decide("allow")}>
          {t("oauth.allow")}
        </Button>
        <Button variant="default" disabled={busy} onClick={() => decide("deny")}>
          {t("oauth.deny")}
        </Button>
      </Group>
    </Stack>
  );
}
