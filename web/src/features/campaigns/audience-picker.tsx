import { Button, Group, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, type One } from "@/lib/api";
import { useFormats } from "@/lib/session";
import { useDebounced } from "@/lib/use-debounced";
import { Figure, Figures } from "@/ui/figure";
import { AsOf } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";
import type { Draft } from "./draft";
import { GroupsSelect } from "./groups-select";

interface AudiencePickerProps {
  campaignId: string;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  save: () => Promise<void>;
  dirty: boolean;
}

const PAUSE = 500;

export function AudiencePicker({ campaignId, draft, change, save, dirty }: AudiencePickerProps) {
  const { t } = useTranslation();
  return (
    <Stack maw={640} gap="md">
      <GroupsSelect
        label={t("campaigns.include")}
        description={t("campaigns.includeHint")}
        placeholder={t("campaigns.chooseGroups")}
        value={draft.included}
        onChange={(included) => change({ included })}
      />
      <GroupsSelect
        label={t("campaigns.exclude")}
        description={t("campaigns.excludeHint")}
        placeholder={t("campaigns.nobody")}
        value={draft.excluded}
        onChange={(excluded) => change({ excluded })}
      />
      {draft.included.length > 0 ? (
        <Estimate campaignId={campaignId} draft={draft} save={save} dirty={dirty} />
      ) : (
        <Group gap="xs">
          <Text c="dimmed">{t("campaigns.noAudience")}</Text>
          <Button component={Link} to="/segments/new" variant="default" size="compact-sm">
            {t("segments.create")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** The estimate is of the campaign as the server has it, so a changed audience of a draft is saved first. */
function Estimate({ campaignId, draft, save, dirty }: Omit<AudiencePickerProps, "change">) {
  const { t } = useTranslation();
  const formats = useFormats();
  const audience = JSON.stringify([draft.included, draft.excluded]);
  const settled = useDebounced(audience, PAUSE);
  const first = useRef(settled);
  useEffect(() => {
    if (settled !== first.current && dirty) void save();
    first.current = settled;
    // Saved once per settled audience, whatever else changes meanwhile.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [settled]);
  const estimate = useQuery({
    queryKey: ["estimate", campaignId, settled],
    enabled: settled === audience && !dirty,
    placeholderData: keepPreviousData,
    queryFn: () => estimateOf(campaignId),
    refetchInterval: 15_000,
  });
  if (estimate.isError) return <ErrorNote error={estimate.error} retry={() => void estimate.refetch()} />;
  return (
    <div>
      <Figures>
        <Figure label={t("campaigns.estimate")} value={estimate.data === undefined ? undefined : formats.number(estimate.data)} note={t("campaigns.estimateHint")} />
      </Figures>
      <AsOf at={estimate.dataUpdatedAt || undefined} />
    </div>
  );
}

const TRIES = 40;

async function estimateOf(campaignId: string): Promise<number> {
  await api.post("/api/campaign-recipient-estimation-jobs", { data: { type: "campaign-recipient-estimation-job", id: campaignId } });
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const job = await api.get<One<{ status: string }>>(`/api/campaign-recipient-estimation-jobs/${campaignId}`);
    if (job.data.attributes.status === "complete") break;
    await new Promise((done) => setTimeout(done, 300));
  }
  const answer = await api.get<One<{ estimated_recipient_count: number }>>(`/api/campaign-recipient-estimations/${campaignId}`);
  return answer.data.attributes.estimated_recipient_count;
}
