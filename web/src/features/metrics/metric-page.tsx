import { Group, SegmentedControl, Select, Table, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { useEventProperties } from "@/lib/event-properties";
import { atLeast, below } from "@/lib/filter";
import { INTERVALS, suitableInterval, type Interval } from "@/lib/period";
import { useFormats } from "@/lib/session";
import type { MetricAggregate, MetricAttributes } from "@/lib/types";
import { Chart, PALETTE } from "@/ui/chart";
import { Figure, Figures } from "@/ui/figure";
import { AsOf } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { PeriodPicker, periodOf } from "@/ui/period-picker";
import { byProperty, lines, MEASURES, type Line, type Measure } from "./aggregate";
import { LatestEvents } from "./latest-events";
import { MetricProperties } from "./metric-properties";
import { MetricUses } from "./uses";

const MOST_LINES = 8;

export function MetricPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const metric = useQuery({ queryKey: ["metrics", id], queryFn: () => api.get<One<MetricAttributes>>(`/api/metrics/${id}`) });
  const back = { to: "/analytics/metrics", label: t("nav.metrics") };
  if (metric.isError) {
    return (
      <Page title={t("nav.metrics")} back={back}>
        <ErrorNote error={metric.error} retry={() => void metric.refetch()} />
      </Page>
    );
  }
  if (!metric.data) return <Loading />;
  return <MetricReport id={id} name={metric.data.data.attributes.name} back={back} />;
}

function useReportSearch(id: string) {
  const navigate = useNavigate();
  const formats = useFormats();
  const search = useSearch({ strict: false });
  const periodText = search.period ?? "30d";
  const period = useMemo(() => periodOf(periodText, formats.timezone), [periodText, formats.timezone]);
  const interval = INTERVALS.find((name) => name === search.interval) ?? suitableInterval(period);
  const measure = MEASURES.find((name) => name === search.measure) ?? "count";
  const set = (change: { period?: string; interval?: string; by?: string; measure?: string }) =>
    void navigate({
      to: "/analytics/metrics/$id",
      params: { id },
      replace: true,
      search: { period: search.period, interval: search.interval, by: search.by, measure: search.measure, ...change },
    });
  return { periodText, period, interval, measure, by: search.by, set };
}

function MetricReport({ id, name, back }: { id: string; name: string; back: { to: string; label: string } }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { periodText, period, interval, measure, by, set } = useReportSearch(id);
  const properties = useEventProperties(id);
  const answer = useQuery({
    queryKey: ["metric-aggregates", id, period, interval, by, measure],
    placeholderData: keepPreviousData,
    queryFn: () =>
      api.post<One<MetricAggregate>>(
        "/api/metric-aggregates",
        wrap("metric-aggregate", {
          metric_id: id,
          measurements: MEASURES,
          interval,
          by: by ? [byProperty(by)] : [],
          filter: [atLeast("datetime", new Date(period.start)), below("datetime", new Date(period.end))],
          timezone: formats.timezone,
          page_size: 500,
        }),
      ),
  });
  const data = answer.data?.data.attributes;
  const shown = data ? lines(data, measure, MOST_LINES, { whole: t(`metrics.${measure}`), none: t("metrics.noValue"), rest: t("metrics.rest") }) : [];
  const show = measure === "sum_value" ? formats.money : formats.number;
  return (
    <Page title={name} back={back} actions={<PeriodPicker value={periodText} onChange={(next) => set({ period: next, interval: undefined })} />}>
      <Totals data={data} />
      {answer.isError ? (
        <ErrorNote error={answer.error} retry={() => void answer.refetch()} />
      ) : (
        <Chart
          title={t(`metrics.${measure}`)}
          note={<AsOf at={answer.dataUpdatedAt || undefined} />}
          dates={data?.dates ?? []}
          interval={interval}
          kind="bar"
          stacked
          series={shown.map((line, at) => ({ name: line.name, values: line.values, color: PALETTE[at % PALETTE.length] ?? "gray.6" }))}
          format={show}
          formatTick={measure === "sum_value" ? formats.moneyShort : formats.compact}
          fileName={name.toLowerCase().replaceAll(" ", "-")}
          height={300}
          controls={
            <Controls
              {...{ interval, measure, by, set }}
              properties={(properties.data ?? []).map((property) => ({ value: property.name, label: property.label }))}
            />
          }
        />
      )}
      {data && !shown.some((line) => line.total) && <Empty title={t("metrics.nothing")}>{t("metrics.nothingHint")}</Empty>}
      {by && shown.length > 0 && <Breakdown rows={shown} by={by} show={show} />}
      <MetricProperties metricId={id} onGroup={(property) => set({ by: property })} />
      <MetricUses metricId={id} />
      <LatestEvents metricId={id} />
    </Page>
  );
}

function Totals({ data }: { data: MetricAggregate | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const sum = (measure: Measure) =>
    data?.data.reduce((total, row) => total + (row.measurements[measure] ?? []).reduce((part, value) => part + value, 0), 0);
  return (
    <Figures>
      <Figure label={t("metrics.count")} value={data && formats.number(sum("count"))} />
      <Figure label={t("metrics.sum_value")} value={data && formats.money(sum("sum_value"))} />
    </Figures>
  );
}

interface ControlsProps {
  interval: Interval;
  measure: Measure;
  by: string | undefined;
  set: (change: { interval?: string; by?: string; measure?: string }) => void;
  properties: { value: string; label: string }[];
}

function Controls({ interval, measure, by, set, properties }: ControlsProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs">
      <Select
        size="xs"
        w={190}
        aria-label={t("metrics.by")}
        placeholder={t("metrics.by")}
        clearable
        searchable
        value={by ?? null}
        onChange={(value) => set({ by: value ?? undefined })}
        data={by && !properties.some((one) => one.value === by) ? [{ value: by, label: by }, ...properties] : properties}
      />
      <SegmentedControl
        size="xs"
        aria-label={t("metrics.measure")}
        value={measure}
        onChange={(value) => set({ measure: value })}
        data={MEASURES.map((value) => ({ value, label: t(`metrics.short_${value}`) }))}
      />
      <SegmentedControl
        size="xs"
        aria-label={t("metrics.interval")}
        value={interval}
        onChange={(value) => set({ interval: value })}
        data={INTERVALS.map((value) => ({ value, label: t(`metrics.${value}`) }))}
      />
    </Group>
  );
}

function Breakdown({ rows, by, show }: { rows: Line[]; by: string; show: (value: number) => string }) {
  const { t } = useTranslation();
  return (
    <section style={{ marginTop: 24 }}>
      <Title order={2} mb="xs">
        {t("metrics.breakdown", { by })}
      </Title>
      <Table maw={640}>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{row.name}</Table.Td>
              <Table.Td className="figure">{show(row.total)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
