import { Alert, Button, Group, Menu, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconSend } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { WebhookAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { Status } from "@/ui/status";
import { say } from "@/ui/toast";
import { Ask } from "./ask";
import { Deliveries } from "./deliveries";
import { WebhookForm } from "./webhook-form";
import { HEALTH, howIs, topicsOf, type Webhook } from "./webhooks";
import classes from "./settings.module.css";

const LOOK = 3_000;

export function WebhookPage() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useQuery({ queryKey: ["webhooks", id], queryFn: () => api.get<One<WebhookAttributes>>(`/api/webhooks/${id}`, HEALTH), refetchInterval: LOOK });
  const row = found.data?.data;
  const back = { to: "/settings/webhooks", label: t("nav.webhooks") };
  return (
    <Page title={row?.attributes.name ?? t("nav.webhooks")} back={back} note={row?.attributes.description} actions={row && <Actions row={row} />}>
      {found.isError && <ErrorNote error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {row && <Facts row={row} />}
      {row && <Deliveries webhookId={row.id} enabled={row.attributes.enabled} />}
    </Page>
  );
}

function Facts({ row }: { row: Webhook }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [tone, word] = howIs(row, t, formats.ago);
  const { health, endpoint_url, enabled } = row.attributes;
  const reason = health?.disabled_reason;
  return (
    <>
      {!enabled && (reason === "by_hand" || reason === "gone" || reason === "kept_failing") && (
        <Alert color={reason === "by_hand" ? "gray" : "red"} variant="light" role="status" mb="md" maw={820}>
          <Text fw={600}>
            {t("webhooks.disabled")} · <Moment at={health?.disabled_at} as="moment" />
          </Text>
          {t(`webhooks.reason_${reason}`)}
        </Alert>
      )}
      <dl className={classes.facts}>
        <div>
          <dt>{t("webhooks.status")}</dt>
          <dd>
            <Status tone={tone}>{word}</Status>
            {health?.failing_since && health.next_attempt_at && <Text component="span" c="dimmed" ml="xs">{t("webhooks.next", { when: formats.time(health.next_attempt_at) })}</Text>}
          </dd>
        </div>
        <div>
          <dt>{t("webhooks.url")}</dt>
          <dd className="mono">{endpoint_url}</dd>
        </div>
        <div>
          <dt>{t("webhooks.topics")}</dt>
          <dd className="mono">
            {topicsOf(row).map((topic) => (
              <div key={topic}>{topic}</div>
            ))}
          </dd>
        </div>
        <div>
          <dt>{t("webhooks.last")}</dt>
          <dd>{health?.last_delivered_at ? <Moment at={health.last_delivered_at} as="ago" /> : t("webhooks.never")}</dd>
        </div>
      </dl>
    </>
  );
}

function Actions({ row }: { row: Webhook }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [editing, edit] = useDisclosure();
  const [asking, ask] = useDisclosure();
  const { enabled, name } = row.attributes;
  const refresh = () => void queries.invalidateQueries({ queryKey: ["webhooks"] });
  const test = useMutation({
    mutationFn: (topic: string) => {
      const relationships = { webhook: { data: { type: "webhook", id: row.id } } };
      return api.post("/api/webhook-deliveries", wrap("webhook-delivery", { topic }, { relationships }));
    },
    onSuccess: () => {
      say(t("webhooks.testSent"));
      void queries.invalidateQueries({ queryKey: ["webhook-deliveries"] });
    },
  });
  const toggle = useMutation({ mutationFn: () => api.patch(`/api/webhooks/${row.id}`, wrap("webhook", { enabled: !enabled }, { id: row.id })), onSuccess: refresh });
  const remove = useMutation({
    mutationFn: () => api.delete(`/api/webhooks/${row.id}`),
    onSuccess: async () => {
      await navigate({ to: "/settings/webhooks" });
      refresh();
    },
  });
  return (
    <Group gap="xs">
      <Button variant="default" onClick={() => toggle.mutate()} loading={toggle.isPending}>
        {enabled ? t("webhooks.disable") : t("webhooks.enable")}
      </Button>
      <Button variant="default" onClick={edit.open}>
        {t("common.edit")}
      </Button>
      <Button variant="default" onClick={ask.open}>
        {t("webhooks.delete")}
      </Button>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button leftSection={<IconSend size={16} />} rightSection={<IconChevronDown size={14} />} loading={test.isPending}>
            {t("webhooks.test")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t("webhooks.testTopic")}</Menu.Label>
          {topicsOf(row).map((topic) => (
            <Menu.Item key={topic} className="mono" onClick={() => test.mutate(topic)}>
              {topic}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Ask opened={asking} close={ask.close} title={t("webhooks.deleteTitle", { name })} text={t("webhooks.deleteText")} yes={t("webhooks.delete")} busy={remove.isPending} onYes={() => remove.mutate()} />
      <WebhookForm opened={editing} close={edit.close} row={row} />
    </Group>
  );
}
