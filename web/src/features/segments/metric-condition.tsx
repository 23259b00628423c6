import { ActionIcon, Autocomplete, Button, NumberInput, Select } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMetrics } from "@/lib/collections";
import type { MetricCondition, MetricFilter, ValueFilter } from "@/lib/definition";
import { useEventProperties } from "@/lib/event-properties";
import { DateFields, FilterFields } from "./filter-fields";
import { COMPARISONS, EVENT_OPERATORS, TIMEFRAMES, timeframeFor, type Timeframe } from "./operators";
import classes from "./segments.module.css";

interface MetricEditorProps {
  condition: MetricCondition;
  onChange: (condition: MetricCondition) => void;
}

export function MetricEditor({ condition, onChange }: MetricEditorProps) {
  const { t } = useTranslation();
  const metrics = useMetrics();
  const { measurement, measurement_filter: times, timeframe_filter: when } = condition;
  const options = (metrics.data ?? [])
    .map((metric) => ({ value: metric.id, label: metric.attributes.name }))
    .sort((a, b) => a.label.localeCompare(b.label));
  return (
    <>
      <Select
        w={210}
        aria-label={t("segments.metric")}
        placeholder={t("segments.chooseMetric")}
        searchable
        allowDeselect={false}
        value={condition.metric_id || null}
        onChange={(metric_id) => metric_id && onChange({ ...condition, metric_id, metric_filters: undefined })}
        data={options}
      />
      <Select
        w={150}
        aria-label={t("segments.measurement")}
        allowDeselect={false}
        value={measurement}
        onChange={(value) => value && onChange({ ...condition, measurement: value as "count" | "sum" })}
        data={[
          { value: "count", label: t("segments.measure_count") },
          { value: "sum", label: t("segments.measure_sum") },
        ]}
      />
      <Select
        w={150}
        aria-label={t("segments.operator")}
        allowDeselect={false}
        value={times.operator}
        onChange={(operator) => operator && onChange({ ...condition, measurement_filter: { ...times, operator } })}
        data={COMPARISONS.map((value) => ({ value, label: t(`sentence.numeric_${value}`) }))}
      />
      <NumberInput
        w={90}
        min={0}
        aria-label={t("segments.value")}
        value={times.value}
        onChange={(value) => onChange({ ...condition, measurement_filter: { ...times, value: Number(value) || 0 } })}
      />
      {measurement === "count" && <span>{t("segments.times")}</span>}
      <Select
        w={170}
        aria-label={t("segments.timeframe")}
        allowDeselect={false}
        value={when.operator}
        onChange={(operator) => operator && onChange({ ...condition, timeframe_filter: timeframeFor(operator as Timeframe, when) })}
        data={TIMEFRAMES.map((value) => ({ value, label: t(`segments.date_${value}`) }))}
      />
      <DateFields filter={when} onChange={(timeframe_filter) => onChange({ ...condition, timeframe_filter })} />
    </>
  );
}

MetricEditor.Filters = function Filters({ condition, onChange }: MetricEditorProps) {
  const { t } = useTranslation();
  const filters = condition.metric_filters ?? [];
  const known = useEventProperties(condition.metric_id);
  if (!condition.metric_id) return null;
  const properties = known.data ?? [];
  const names = properties.map((property) => property.name);
  const samples = (name: string) => properties.find((property) => property.name === name)?.samples ?? [];
  const set = (at: number, change: Partial<MetricFilter>) =>
    onChange({ ...condition, metric_filters: filters.map((row, index) => (index === at ? { ...row, ...change } : row)) });
  return (
    <div className={classes.filters}>
      {filters.map((row, at) => (
        <div key={at} className={classes.parts}>
          <span className="quiet">{at === 0 ? t("segments.where") : t("sentence.and")}</span>
          <Autocomplete
            w={180}
            aria-label={t("segments.eventProperty")}
            placeholder={t("segments.eventProperty")}
            value={row.property}
            data={names}
            onChange={(property) => set(at, { property })}
          />
          <FilterFields
            filter={row.filter}
            among={EVENT_OPERATORS}
            suggestions={samples(row.property)}
            onChange={(filter) => set(at, { filter: filter as ValueFilter })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("common.remove")}
            onClick={() => onChange({ ...condition, metric_filters: filters.filter((_, index) => index !== at) })}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={12} />}
          onClick={() => onChange({ ...condition, metric_filters: [...filters, { property: "", filter: { type: "string", operator: "equals", value: "" } }] })}
        >
          {t("segments.addFilter")}
        </Button>
      </div>
    </div>
  );
};
