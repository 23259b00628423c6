import { NumberInput, Select } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MetricCondition } from "@/lib/definition";
import { EventFilters } from "./builder/event-filters";
import { MetricPicker } from "./builder/metric-picker";
import { useRefused } from "./builder/problems";
import { Timeframe } from "./builder/timeframe";
import { COMPARISONS, METRIC_FRAMES } from "./operators";

interface MetricEditorProps {
  condition: MetricCondition;
  onChange: (condition: MetricCondition) => void;
}

export function MetricEditor({ condition, onChange }: MetricEditorProps) {
  return (
    <>
      <MetricPicker value={condition.metric_id} onChange={(metric_id) => onChange({ ...condition, metric_id, metric_filters: undefined })} />
      <HowOften condition={condition} onChange={onChange} />
      <Timeframe filter={condition.timeframe_filter} among={METRIC_FRAMES} at="timeframe_filter" onChange={(timeframe_filter) => timeframe_filter && onChange({ ...condition, timeframe_filter })} />
    </>
  );
}

const ONCE = { type: "numeric", operator: "greater-than-or-equal", value: 1 } as const;
const NEVER = { type: "numeric", operator: "equals", value: 0 } as const;

/** The words for the two counts that nearly everybody means. */
function plainly({ measurement, measurement_filter: { operator, value } }: MetricCondition): "once" | "never" | undefined {
  if (measurement !== "count") return undefined;
  if (operator === ONCE.operator && value === ONCE.value) return "once";
  return operator === NEVER.operator && value === NEVER.value ? "never" : undefined;
}

function HowOften({ condition, onChange }: MetricEditorProps) {
  const { t } = useTranslation();
  const refused = useRefused();
  // Whoever chose to name a number keeps its field, also while the number happens to be 1.
  const [named, setNamed] = useState(false);
  const { measurement, measurement_filter: times } = condition;
  const plain = named ? undefined : plainly(condition);
  const choose = (choice: string) => {
    const [what, operator = ""] = choice.split(":");
    setNamed(operator !== "");
    if (what === "once" || what === "never") onChange({ ...condition, measurement: "count", measurement_filter: what === "once" ? ONCE : NEVER });
    else onChange({ ...condition, measurement: what as "count", measurement_filter: { ...times, operator, value: plain && what === "count" ? 2 : times.value } });
  };
  return (
    <>
      <Select
        w={plain ? 140 : 190}
        aria-label={t("segments.measurement")}
        allowDeselect={false}
        maxDropdownHeight={360}
        value={plain ?? `${measurement}:${times.operator}`}
        error={refused("measurement") || refused("measurement_filter/operator")}
        onChange={(choice) => choice && choose(choice)}
        data={[
          { value: "once", label: t("sentence.once") },
          { value: "never", label: t("builder.never") },
          { group: t("builder.count"), items: COMPARISONS.map((value) => ({ value: `count:${value}`, label: t(`sentence.numeric_${value}`) })) },
          { group: t("builder.sum"), items: COMPARISONS.map((value) => ({ value: `sum:${value}`, label: t("builder.sumOf", { comparison: t(`sentence.numeric_${value}`) }) })) },
        ]}
      />
      {!plain && (
        <NumberInput
          w={90}
          aria-label={t("segments.value")}
          value={times.value}
          error={refused("measurement_filter/value")}
          onChange={(value) => onChange({ ...condition, measurement_filter: { ...times, value: Number(value) || 0 } })}
        />
      )}
      {!plain && measurement === "count" && <span>{t("segments.times")}</span>}
    </>
  );
}

export function MetricFilters({ condition, onChange }: MetricEditorProps) {
  return <EventFilters metricId={condition.metric_id} filters={condition.metric_filters ?? []} onChange={(metric_filters) => onChange({ ...condition, metric_filters })} />;
}
