/** How the segment grew and shrank, in charts that begin when it was made. */
import { SegmentedControl, Skeleton, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { isPreset, preset, type PresetName } from "@/lib/period";
import { useFormats } from "@/lib/session";
import type { SegmentTimeline } from "@/lib/types";
import { Chart } from "@/ui/chart";
import { Figure, Figures } from "@/ui/figure";
import { AsOf } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";
import classes from "./page.module.css";
import { intervalOf, lived, sum, untilNow } from "./timeline";

const RANGES = ["30d", "90d", "365d"] as const;
const REFRESH = 30_000;

interface GrowthProps {
  id: string;
  created: string;
  period: string | undefined;
  choose: (period: string) => void;
}

export function Growth({ id, created, period, choose }: GrowthProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const name: PresetName = isPreset(period) ? period : "30d";
  const asked = useMemo(() => {
    const now = new Date();
    const stretch = lived(preset(name, formats.timezone, now), created, now);
    return { ...stretch, interval: intervalOf(stretch, now) };
  }, [name, formats.timezone, created]);
  const report = useQuery({
    queryKey: ["segments", id, "timeline", asked],
    queryFn: () => api.post<One<SegmentTimeline>>("/api/segment-timelines", wrap("segment-timeline", { segment_id: id, ...asked })),
    refetchInterval: REFRESH,
    placeholderData: keepPreviousData,
  });
  if (report.isError) return <ErrorNote error={report.error} retry={() => void report.refetch()} />;
  const picker = (
    <SegmentedControl
      size="xs"
      aria-label={t("period.label")}
      value={name}
      onChange={choose}
      data={RANGES.map((range) => ({ value: range, label: t(`period.${range}`) }))}
    />
  );
  if (!report.data) return <Skeleton height={320} />;
  return <Charts found={report.data.data.attributes} interval={asked.interval} picker={picker} />;
}

function Charts({ found, interval, picker }: { found: SegmentTimeline; interval: ReturnType<typeof intervalOf>; picker: React.ReactNode }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const line = untilNow(found, new Date());
  const [entered, left, editedIn, editedOut] = [line.entered, line.left, found.entered_by_edit, found.left_by_edit].map(sum) as [number, number, number, number];
  const shared = { dates: line.dates, interval, format: formats.number, formatTick: formats.compact };
  return (
    <>
      <Figures>
        <Figure label={t("segmentPage.now")} value={formats.number(line.totals.at(-1) ?? 0)} />
        <Figure label={t("segmentPage.entered")} value={formats.number(entered)} />
        <Figure label={t("segmentPage.left")} value={formats.number(left)} />
        <Figure label={t("segmentPage.net")} value={`${entered > left ? "+" : ""}${formats.number(entered - left)}`} />
      </Figures>
      <div className={classes.two}>
        <Chart
          {...shared}
          title={t("segmentPage.size")}
          note={<AsOf at={found.as_of} />}
          controls={picker}
          kind={line.dates.length > 2 ? "area" : "bar"}
          series={[{ name: t("segmentPage.size_series"), values: line.totals, color: "accent.6" }]}
          fileName="segment-size"
        />
        <Chart
          {...shared}
          title={t("segmentPage.changes")}
          kind="bar"
          series={[
            { name: t("segmentPage.entered"), values: line.entered, color: "accent.6" },
            { name: t("segmentPage.left"), values: line.left, color: "orange.6" },
          ]}
          fileName="segment-changes"
        />
      </div>
      <Text size="xs" c="dimmed" mt="xs">
        {t("segmentPage.since", { date: formats.moment(found.created) })}{" "}
        {editedIn + editedOut > 0 && t("segmentPage.byEdit", { entered: formats.number(editedIn), left: formats.number(editedOut) })}
      </Text>
    </>
  );
}
