import { Alert, Anchor, Button, CopyButton, Group, Stack, Text, Title } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, ApiError, type One } from "@/lib/api";
import { personLabel } from "@/lib/format";
import type { ProfileAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { Actions, DuplicateHint } from "./actions";
import { Consent } from "./consent";
import { Identifiers } from "./identifiers";
import { Memberships } from "./memberships";
import classes from "./profile.module.css";
import { Properties } from "./properties";
import { Reachability } from "./reachability";
import { Sent } from "./sent";
import { Timeline } from "./timeline";

export function ProfilePage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const search = useSearch({ strict: false });
  const profile = useQuery({
    queryKey: ["profiles", id],
    queryFn: () => api.get<One<ProfileAttributes>>(`/api/profiles/${id}`, { "additional-fields[profile]": "subscriptions" }),
    refetchInterval: 10_000,
  });
  const back = { to: "/profiles", label: t("nav.profiles") };
  const successor = successorOf(profile.error);
  if (successor) return <Navigate to="/profiles/$id" params={{ id: successor }} search={{ metric: search.metric, merged: id }} replace />;
  if (profile.isError) {
    return (
      <Page title={t("nav.profiles")} back={back}>
        <ErrorNote error={profile.error} retry={() => void profile.refetch()} />
      </Page>
    );
  }
  if (!profile.data) return <Loading />;
  const person = profile.data.data.attributes;
  const label = personLabel(person, id);
  return (
    <Page title={label} back={back} heading={<Title order={1}>{label}</Title>} note={<Identity id={id} person={person} />} actions={<Actions profileId={id} label={label} person={person} />}>
      {search.merged && (
        <Alert color="gray" variant="light" mb="md" role="status">
          {t("person.mergedHere")} <span className="mono">{search.merged}</span>
        </Alert>
      )}
      <DuplicateHint profileId={id} />
      <div className={classes.columns}>
        <Timeline profileId={id} />
        <Stack gap="lg" miw={0} className={classes.side}>
          <Consent profileId={id} person={person} />
          <Properties profileId={id} person={person} />
          <Memberships profileId={id} />
          <Reachability profileId={id} />
          <Identifiers profileId={id} />
          <Sent profileId={id} />
        </Stack>
      </div>
    </Page>
  );
}

/** The profile that took the place of a merged one. */
function successorOf(error: unknown): string | undefined {
  const successor = error instanceof ApiError ? error.problems[0]?.meta?.merged_into : undefined;
  return typeof successor === "string" ? successor : undefined;
}

function Identity({ id, person }: { id: string; person: ProfileAttributes }) {
  const { t } = useTranslation();
  return (
    <Group gap="md">
      {person.email && <Anchor href={`mailto:${person.email}`} c="inherit">{person.email}</Anchor>}
      {person.phone_number && <span>{person.phone_number}</span>}
      {person.location?.city && <span>{[person.location.city, person.location.country].filter(Boolean).join(", ")}</span>}
      <span>
        {t("profiles.lastActive")} <Moment at={person.last_event_date} as="ago" />
      </span>
      <CopyButton value={id}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" color="gray" onClick={copy} leftSection={<IconCopy size={13} />}>
            <Text component="span" className="mono">{copied ? t("common.copied") : id}</Text>
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
