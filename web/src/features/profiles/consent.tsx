import { Button, Collapse, Group, Menu, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many } from "@/lib/api";
import { channelName, methodName, reasonName } from "@/lib/consent-words";
import { equals } from "@/lib/filter";
import type { ConsentChange, ProfileAttributes } from "@/lib/types";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";
import { say } from "@/ui/toast";
import { ConsentWord } from "./consent-status";
import classes from "./profile.module.css";

const CHANNELS = ["email", "sms", "whatsapp", "mobile_push"] as const;
const SETTLE = 1_200;

export function Consent({ profileId, person }: { profileId: string; person: ProfileAttributes }) {
  const { t } = useTranslation();
  const [open, history] = useDisclosure();
  const shown = CHANNELS.filter((channel) => channel === "email" || person.subscriptions?.[channel]?.marketing);
  return (
    <section aria-label={t("consent.title")}>
      <Group justify="space-between" mb={4}>
        <Title order={2}>{t("consent.title")}</Title>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={history.toggle} aria-expanded={open}>
          {t("consent.history")}
        </Button>
      </Group>
      {shown.map((channel) => {
        const consent = person.subscriptions?.[channel]?.marketing;
        return (
          <div key={channel} className={classes.line}>
            <span>{t(`consent.channel_${channel}`)}</span>
            <Group gap={6}>
              <ConsentWord channel={consent} />
              {channel === "email" && person.email && <Change profileId={profileId} email={person.email} subscribed={consent?.consent === "SUBSCRIBED"} />}
            </Group>
          </div>
        );
      })}
      {person.subscriptions?.email?.marketing?.suppression?.map((row) => (
        <Text key={row.reason + row.timestamp} size="xs" c="dimmed">
          {row.reason.toLowerCase().replaceAll("_", " ")}, <Moment at={row.timestamp} />
        </Text>
      ))}
      <Collapse in={open}>{open && <History profileId={profileId} />}</Collapse>
    </section>
  );
}

function Change({ profileId, email, subscribed }: { profileId: string; email: string; subscribed: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (subscribe: boolean) => {
      const type = subscribe ? "profile-subscription-bulk-create-job" : "profile-subscription-bulk-delete-job";
      const consent = subscribe ? "SUBSCRIBED" : "UNSUBSCRIBED";
      const profile = {
        type: "profile",
        ...(subscribe ? { id: profileId } : {}),
        attributes: { email, subscriptions: { email: { marketing: { consent } } } },
      };
      return api.post(`/api/${type}s`, wrap(type, { profiles: { data: [profile] } }));
    },
    onSuccess: () => {
      say(t("consent.accepted"));
      // The change is on the log; the worker applies it within a second.
      setTimeout(() => void queries.invalidateQueries({ queryKey: ["profiles", profileId] }), SETTLE);
    },
  });
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button size="compact-xs" variant="default" rightSection={<IconChevronDown size={12} />} loading={change.isPending}>
          {t("consent.change")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={subscribed} onClick={() => change.mutate(true)}>
          {t("consent.subscribe")}
        </Menu.Item>
        <Menu.Item disabled={!subscribed} onClick={() => change.mutate(false)}>
          {t("consent.unsubscribe")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function History({ profileId }: { profileId: string }) {
  const { t } = useTranslation();
  const rows = useQuery({
    queryKey: ["profiles", profileId, "consents"],
    queryFn: () => api.get<Many<ConsentChange>>("/api/profile-consents", { filter: equals("profile_id", profileId) }),
  });
  if (rows.isPending) return <Lines count={2} />;
  if (rows.isError) return <ErrorNote error={rows.error} />;
  if (!rows.data.data.length) return <Text c="dimmed">{t("consent.noHistory")}</Text>;
  return rows.data.data.map(({ id, attributes: row }) => (
    <div key={id} style={{ padding: "6px 0", borderTop: "1px solid var(--rule)" }}>
      <Group justify="space-between" gap={4}>
        <span>{historyLine(t, row)}</span>
        <Text size="xs" c="dimmed">
          <Moment at={row.at} />
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {[methodName(t, row.method), row.method_detail, row.source, row.ip].filter(Boolean).join(" · ")}
      </Text>
      {row.text && (
        <Text size="xs" c="dimmed" fs="italic">
          “{row.text}”
        </Text>
      )}
    </div>
  ));
}

/** What changed, or why a wish changed nothing. */
function historyLine(t: TFunction, row: ConsentChange) {
  const channel = channelName(t, row.channel);
  if (row.outcome !== "taken") return `${channel}: ${reasonName(t, row.outcome)}`;
  const state = row.after || t("consent.lifted");
  return t("consent.became", { channel, state: state.toLowerCase().replaceAll("_", " ") });
}
