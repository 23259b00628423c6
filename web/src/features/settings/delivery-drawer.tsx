/** One delivery: why it is as it is, every attempt with its answer, and what is sent. */
import { Button, Code, Drawer, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, wrap, type One, type Resource } from "@/lib/api";
import type { WebhookDelivery } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { ErrorNote, Loading } from "@/ui/page";
import { Status } from "@/ui/status";
import { DeliveryStatus } from "./deliveries";
import classes from "./settings.module.css";

const LOOK = 2_000;
const WHY = ["refused", "redirected", "unreachable", "forbidden", "secret_unreadable", "too_late", "gone", "webhook_disabled"] as const;
type Why = (typeof WHY)[number];
const isWhy = (reason: string): reason is Why => (WHY as readonly string[]).includes(reason);

export function DeliveryDrawer({ id, enabled, close }: { id: string | null; enabled: boolean; close: () => void }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["webhook-deliveries", "one", id],
    queryFn: () => api.get<One<WebhookDelivery>>(`/api/webhook-deliveries/${id}`),
    enabled: Boolean(id),
    refetchInterval: LOOK,
  });
  return (
    <Drawer opened={Boolean(id)} onClose={close} position="right" size="lg" title={t("webhooks.delivery")}>
      {found.isError && <ErrorNote error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && <Shown row={found.data.data} enabled={enabled} />}
    </Drawer>
  );
}

function Shown({ row, enabled }: { row: Resource<WebhookDelivery>; enabled: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { topic, external_id, created_at, reason, state, payload, log } = row.attributes;
  const again = useMutation({
    mutationFn: () => api.post("/api/webhook-redeliveries", wrap("webhook-redelivery", { delivery_ids: [row.id] })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["webhook-deliveries"] }),
  });
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <DeliveryStatus row={row} />
        {state !== "queued" && (
          <Button size="xs" variant="default" disabled={!enabled} loading={again.isPending} onClick={() => again.mutate()}>
            {t("webhooks.redeliver")}
          </Button>
        )}
      </Group>
      {isWhy(reason) && <Text>{t(`webhooks.why_${reason}`)}</Text>}
      <dl className={classes.facts} style={{ margin: 0 }}>
        <div>
          <dt>{t("webhooks.topic")}</dt>
          <dd className="mono">{topic}</dd>
        </div>
        <div>
          <dt>{t("webhooks.externalId")}</dt>
          <dd className="mono">{external_id}</dd>
        </div>
        <div>
          <dt>{t("webhooks.happened")}</dt>
          <dd>
            <Moment at={created_at} />
          </dd>
        </div>
      </dl>
      <div>
        <Title order={3} mb={4}>
          {t("webhooks.log")}
        </Title>
        {!log?.length && <Text c="dimmed">{t("webhooks.notTried")}</Text>}
        {[...(log ?? [])].reverse().map((one) => (
          <div key={one.id} className={classes.job}>
            <Group gap="sm">
              <Status tone={one.reason ? "bad" : "good"}>{one.status ? String(one.status) : t("webhooks.noAnswer")}</Status>
              <Moment at={one.at} />
              <Text size="sm" c="dimmed">
                {one.milliseconds} ms · {t("webhooks.together", { count: one.items })}
              </Text>
            </Group>
            {one.reply && (
              <Code block mt={6} className={classes.payload} tabIndex={0}>
                {one.reply}
              </Code>
            )}
          </div>
        ))}
      </div>
      <div>
        <Title order={3} mb={4}>
          {t("webhooks.payload")}
        </Title>
        <Code block className={classes.payload} tabIndex={0}>
          {JSON.stringify(payload, null, 2)}
        </Code>
      </div>
    </Stack>
  );
}
