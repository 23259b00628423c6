import { Anchor, Button, Group, Progress, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap } from "@/lib/api";
import { useGroups, useRevenueMetric } from "@/lib/collections";
import { useCampaignStatistics } from "@/lib/reports";
import { useFormats, useSession } from "@/lib/session";
import type { CampaignAttributes, EmailContent, SendProgress } from "@/lib/types";
import { Figure, Figures } from "@/ui/figure";
import { AsOf, Moment } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";
import { isOver, isSending } from "./campaign-status";
import classes from "./campaigns.module.css";
import { Ledger } from "./ledger";
import { SentPreview } from "./sent-preview";

interface ReportProps {
  id: string;
  facts: CampaignAttributes;
  messageId: string | undefined;
  content: EmailContent;
}

export function Report({ id, facts, messageId, content }: ReportProps) {
  const { t } = useTranslation();
  const session = useSession();
  const { groups } = useGroups();
  const names = (ids: string[] | undefined) => (ids ?? []).map((one) => groups.find((group) => group.id === one)?.name ?? one).join(", ");
  const [showMail, setShowMail] = useState(false);
  const sending = isSending(facts.status);
  return (
    <Stack gap="lg">
      {!isOver(facts.status) && <CancelBar id={id} facts={facts} />}
      {(sending || facts.progress) && facts.status !== "Scheduled" && <Sending progress={facts.progress ?? undefined} busy={sending} />}
      {facts.status !== "Scheduled" && <Numbers id={id} busy={sending} />}
      {session.isDemo && isOver(facts.status) && (
        <Text c="dimmed">
          {t("campaigns.demoHint")} <Anchor component={Link} to="/outbox" inherit underline="always">{t("nav.outbox")}</Anchor>
        </Text>
      )}
      <dl className={classes.envelope}>
        <dt>{t("campaigns.subject")}</dt>
        <dd>{content.subject || "–"}</dd>
        <dt>{t("campaigns.from")}</dt>
        <dd>
          {content.from_label} &lt;{content.from_email}&gt;
        </dd>
        <dt>{t("campaigns.include")}</dt>
        <dd>{names(facts.audiences.included) || "–"}</dd>
        <dt>{t("campaigns.exclude")}</dt>
        <dd>{names(facts.audiences.excluded) || t("campaigns.nobody")}</dd>
        <dt>{t("campaigns.when")}</dt>
        <dd>
          <Moment at={facts.send_time ?? facts.scheduled_at} />
        </dd>
      </dl>
      {messageId && (
        <div>
          <Button variant="default" onClick={() => setShowMail(!showMail)} aria-expanded={showMail}>
            {showMail ? t("campaigns.hideMail") : t("campaigns.showMail")}
          </Button>
          {showMail && <SentPreview messageId={messageId} />}
        </div>
      )}
      {facts.status !== "Scheduled" && <Ledger campaignId={id} busy={sending} />}
    </Stack>
  );
}

function CancelBar({ id, facts }: { id: string; facts: CampaignAttributes }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: (action: "cancel" | "revert") => api.patch(`/api/campaign-send-jobs/${id}`, wrap("campaign-send-job", { action }, { id })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["campaigns"] }),
  });
  return (
    <Group>
      <Text>
        {facts.status === "Scheduled" ? t("campaigns.scheduledFor") : t("campaigns.sendingNow")} {facts.status === "Scheduled" && <Moment at={facts.scheduled_at ?? facts.send_strategy?.datetime} />}
      </Text>
      {facts.status === "Scheduled" && (
        <Button variant="default" size="compact-sm" loading={stop.isPending} onClick={() => stop.mutate("revert")}>
          {t("campaigns.backToDraft")}
        </Button>
      )}
      <Button variant="default" size="compact-sm" loading={stop.isPending} onClick={() => stop.mutate("cancel")}>
        {t("campaigns.cancel")}
      </Button>
    </Group>
  );
}

function Sending({ progress, busy }: { progress: SendProgress | undefined; busy: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (!progress) return <Text c="dimmed">{t("campaigns.preparing")}</Text>;
  const done = progress.sent + progress.failed + progress.skipped;
  const share = progress.recipients ? Math.min(100, (done / progress.recipients) * 100) : 0;
  return (
    <div aria-live="polite">
      {busy && <Progress value={share} animated aria-label={t("campaigns.progress")} mb="xs" />}
      <Group gap="lg">
        <Text>{t("campaigns.progressText", { done: formats.number(done), all: formats.number(progress.recipients) })}</Text>
        <Text c="dimmed">{t("campaigns.sentCount", { number: formats.number(progress.sent) })}</Text>
        {progress.queued > 0 && <Text c="dimmed">{t("campaigns.queuedCount", { number: formats.number(progress.queued) })}</Text>}
        {progress.failed > 0 && <Text c="dimmed">{t("campaigns.failedCount", { number: formats.number(progress.failed) })}</Text>}
        {progress.skipped > 0 && (
          <Text c="dimmed">
            {t("campaigns.skippedCount", { number: formats.number(progress.skipped) })}
            {": "}
            {Object.entries(progress.skipped_reasons ?? {})
              .map(([reason, number]) => `${reason.toLowerCase().replaceAll("_", " ")} ${formats.number(number)}`)
              .join(", ")}
          </Text>
        )}
      </Group>
    </div>
  );
}

function Numbers({ id, busy }: { id: string; busy: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const revenue = useRevenueMetric();
  const statistics = useCampaignStatistics(revenue, id, busy ? 2_000 : 10_000);
  if (statistics.isError) return <ErrorNote error={statistics.error} retry={() => void statistics.refetch()} />;
  const found = statistics.data?.[id];
  const numbers = statistics.data ? (found ?? {}) : undefined;
  const count = (value: number | undefined) => (numbers ? formats.number(value ?? 0) : undefined);
  return (
    <div>
      <Figures>
        <Figure label={t("campaigns.recipients")} value={count(numbers?.recipients)} />
        <Figure label={t("campaigns.delivered")} value={count(numbers?.delivered)} />
        <Figure label={t("campaigns.opens")} value={count(numbers?.opens_unique)} note={numbers && formats.percent(numbers.open_rate ?? 0)} />
        <Figure label={t("campaigns.clicks")} value={count(numbers?.clicks_unique)} note={numbers && formats.percent(numbers.click_rate ?? 0)} />
        <Figure label={t("campaigns.unsubscribes")} value={count(numbers?.unsubscribe_uniques)} note={numbers && formats.percent(numbers.unsubscribe_rate ?? 0)} />
        <Figure label={t("campaigns.orders")} value={count(numbers?.conversions)} />
        <Figure label={t("campaigns.revenue")} value={numbers && formats.money(numbers.conversion_value ?? 0)} />
      </Figures>
      <AsOf at={statistics.dataUpdatedAt || undefined} />
    </div>
  );
}
