/** What was told to one webhook, newest first, each with every attempt at it. */
import { Button, Group, SegmentedControl, Table, Text, Title, UnstyledButton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One, type Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { equals } from "@/lib/filter";
import { useFormats } from "@/lib/session";
import type { WebhookDelivery } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Loading } from "@/ui/page";
import { Status, type Tone } from "@/ui/status";
import { say } from "@/ui/toast";
import { DeliveryDrawer } from "./delivery-drawer";

const LOOK = 3_000;
const STATES = ["all", "queued", "delivered", "failed", "skipped"] as const;
const TONES: Record<string, Tone> = { queued: "busy", delivered: "good", failed: "bad", skipped: "idle" };
type Row = Resource<WebhookDelivery>;

export function Deliveries({ webhookId, enabled }: { webhookId: string; enabled: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [state, setState] = useState<(typeof STATES)[number]>("all");
  const [shown, setShown] = useState<string | null>(null);
  const filter = [equals("webhook_id", webhookId), ...(state === "all" ? [] : [equals("state", state)])].join(",");
  const found = useRows<WebhookDelivery>(["webhook-deliveries"], "/api/webhook-deliveries", { filter }, { refetchInterval: LOOK });
  const again = useMutation({
    mutationFn: () => {
      const relationships = { webhook: { data: { type: "webhook", id: webhookId } } };
      return api.post<One<{ count: number }>>("/api/webhook-redeliveries", wrap("webhook-redelivery", {}, { relationships }));
    },
    onSuccess: (reply) => {
      say(t("webhooks.redelivered", { count: reply.data.attributes.count }));
      void queries.invalidateQueries({ queryKey: ["webhook-deliveries"] });
    },
  });
  return (
    <section className="section">
      <Group justify="space-between" mb="sm">
        <Title order={2}>{t("webhooks.deliveries")}</Title>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label={t("webhooks.status")}
            value={state}
            onChange={(value) => setState(value as (typeof STATES)[number])}
            data={STATES.map((value) => ({ value, label: value === "all" ? t("webhooks.all") : t(`webhooks.state_${value}`) }))}
          />
          <Button size="xs" variant="default" disabled={!enabled} loading={again.isPending} onClick={() => again.mutate()}>
            {t("webhooks.redeliverAll")}
          </Button>
        </Group>
      </Group>
      {found.error && <ErrorNote error={found.error} retry={found.retry} />}
      {found.loading && <Loading />}
      {!found.loading && !found.error && !found.rows.length && <Empty title={t("webhooks.deliveriesNone")}>{t("webhooks.deliveriesNoneHint")}</Empty>}
      {found.rows.length > 0 && <DeliveryTable rows={found.rows} open={setShown} />}
      {found.hasMore && (
        <Button variant="subtle" size="xs" mt="xs" loading={found.loadingMore} onClick={found.more}>
          {t("common.showMore")}
        </Button>
      )}
      <DeliveryDrawer id={shown} enabled={enabled} close={() => setShown(null)} />
    </section>
  );
}

function DeliveryTable({ rows, open }: { rows: Row[]; open: (id: string) => void }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={680}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th pl={0}>{t("webhooks.status")}</Table.Th>
            <Table.Th>{t("webhooks.topic")}</Table.Th>
            <Table.Th>{t("webhooks.happened")}</Table.Th>
            <Table.Th className="figure">{t("webhooks.attempts")}</Table.Th>
            <Table.Th>{t("webhooks.answer")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <DeliveryRow key={row.id} row={row} open={() => open(row.id)} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export function DeliveryStatus({ row }: { row: Row }) {
  const { t } = useTranslation();
  const { state, attempts } = row.attributes;
  const isRetry = state === "queued" && attempts > 0;
  const word = isRetry ? "retry" : (state as "queued" | "delivered" | "failed" | "skipped");
  return <Status tone={isRetry ? "warn" : (TONES[state] ?? "idle")}>{t(`webhooks.state_${word}`)}</Status>;
}

function DeliveryRow({ row, open }: { row: Row; open: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { topic, created_at, attempts, last_status, next_attempt_at, is_test, state } = row.attributes;
  return (
    <Table.Tr onClick={open} style={{ cursor: "pointer" }}>
      <Table.Td pl={0}>
        <UnstyledButton onClick={open}>
          <DeliveryStatus row={row} />
        </UnstyledButton>
      </Table.Td>
      <Table.Td className="mono">
        {topic}
        {is_test && <span className="quiet"> · {t("webhooks.isTest")}</span>}
      </Table.Td>
      <Table.Td>
        <Moment at={created_at} as="ago" />
      </Table.Td>
      <Table.Td className="figure">{attempts}</Table.Td>
      <Table.Td>
        {attempts > 0 ? (last_status ?? t("webhooks.noAnswer")) : <span className="quiet">–</span>}
        {state === "queued" && attempts > 0 && next_attempt_at && (
          <Text component="span" size="sm" c="dimmed" ml="xs">
            {t("webhooks.next", { when: formats.time(next_attempt_at) })}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
