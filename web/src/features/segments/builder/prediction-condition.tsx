/** What models expect of somebody. */
import { NumberInput, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Filter, PredictionCondition, ValueFilter } from "@/lib/definition";
import { FilterFields } from "../filter-fields";
import { COMPARISONS, DATE_TESTS, type Operator } from "../operators";
import { useRefused } from "./problems";
import { Timeframe } from "./timeframe";

const DIMENSIONS = [
  "predicted_clv",
  "historic_clv",
  "total_clv",
  "predicted_number_of_orders",
  "historic_number_of_orders",
  "average_order_value",
  "average_days_between_orders",
  "churn_probability",
  "expected_date_of_next_purchase",
  "predicted_gender",
] as const;
const CHANNELS = ["email", "sms", "push", "whatsapp"] as const;
const AFFINITY = "channel_affinity";
const NUMBERS: Operator[] = COMPARISONS.map((operator) => ({ key: `numeric:${operator}`, type: "numeric", operator, kind: "number" }));
const GUESSES: Readonly<Record<string, readonly string[]>> = { rank: ["high", "medium", "low"], predicted_gender: ["likely_female", "likely_male", "uncertain"] };

const guess = (value: string): Filter => ({ type: "string", operator: "equals", value });

/** A condition on another prediction; what was compared with stays when both are numbers. */
export function predictionOf(dimension: string, old: Filter): PredictionCondition {
  const type = "profile-predictive-analytics";
  if (dimension === AFFINITY) return { type, dimension, measurement: "rank", predicted_channel: "email", filter: guess("high") };
  if (dimension === "predicted_gender") return { type, dimension, filter: guess("likely_female") };
  if (dimension === "expected_date_of_next_purchase") return { type, dimension, filter: { type: "date", operator: "in-the-next", quantity: 14, unit: "day" } };
  return { type, dimension, filter: old.type === "numeric" ? old : { type: "numeric", operator: "greater-than-or-equal", value: dimension === "churn_probability" ? 0.5 : 100 } };
}

interface PredictionEditorProps {
  condition: PredictionCondition;
  onChange: (condition: PredictionCondition) => void;
}

export function PredictionEditor({ condition, onChange }: PredictionEditorProps) {
  const { t } = useTranslation();
  const { dimension, filter } = condition;
  return (
    <>
      <Select
        w={230}
        aria-label={t("builder.dimension")}
        allowDeselect={false}
        maxDropdownHeight={360}
        value={dimension}
        onChange={(value) => value && value !== dimension && onChange(predictionOf(value, filter))}
        data={[...DIMENSIONS, AFFINITY].map((value) => ({ value, label: t(`sentence.dimension_${value}` as "sentence.dimension_total_clv") }))}
      />
      {dimension === AFFINITY && <Affinity condition={condition} onChange={onChange} />}
      {filter.type === "date" && <Timeframe filter={filter} among={DATE_TESTS} at="filter" onChange={(next) => next && onChange({ ...condition, filter: next })} />}
      {filter.type === "string" && <Guess condition={condition} among={GUESSES[dimension === AFFINITY ? "rank" : dimension] ?? []} onChange={onChange} />}
      {filter.type === "numeric" && dimension !== AFFINITY && <FilterFields filter={filter} among={NUMBERS} onChange={(next) => onChange({ ...condition, filter: next })} />}
    </>
  );
}

function Affinity({ condition, onChange }: PredictionEditorProps) {
  const { t } = useTranslation();
  const refused = useRefused();
  const { filter, measurement, predicted_channel: channel } = condition;
  const measure = (value: string): PredictionCondition =>
    value === "rank" ? { ...condition, measurement: "rank", filter: guess("high") } : { ...condition, measurement: "priority", filter: { type: "numeric", operator: "equals", value: 1 } };
  return (
    <>
      <Select
        w={130}
        aria-label={t("builder.channel")}
        allowDeselect={false}
        value={channel ?? null}
        error={refused("predicted_channel")}
        onChange={(value) => value && onChange({ ...condition, predicted_channel: value })}
        data={CHANNELS.map((value) => ({ value, label: t(`sentence.channel_${value}`) }))}
      />
      <Select
        w={170}
        aria-label={t("builder.affinityMeasure")}
        allowDeselect={false}
        value={measurement ?? null}
        error={refused("measurement")}
        onChange={(value) => value && onChange(measure(value))}
        data={(["rank", "priority"] as const).map((value) => ({ value, label: t(`builder.affinity_${value}`) }))}
      />
      {filter.type === "numeric" && (
        <NumberInput w={80} min={1} allowDecimal={false} aria-label={t("segments.value")} value={typeof filter.value === "number" ? filter.value : 1} error={refused("filter/value")} onChange={(value) => onChange({ ...condition, filter: { ...filter, value: Number(value) || 1 } })} />
      )}
    </>
  );
}

function Guess({ condition, among, onChange }: PredictionEditorProps & { among: readonly string[] }) {
  const { t } = useTranslation();
  const filter = condition.filter as ValueFilter;
  return (
    <>
      <Select
        w={100}
        aria-label={t("segments.operator")}
        allowDeselect={false}
        value={filter.operator}
        onChange={(operator) => operator && onChange({ ...condition, filter: { ...filter, operator } })}
        data={(["equals", "not-equals"] as const).map((value) => ({ value, label: t(`sentence.string_${value}`) }))}
      />
      <Select
        w={150}
        aria-label={t("segments.value")}
        allowDeselect={false}
        value={String(filter.value)}
        onChange={(value) => value && onChange({ ...condition, filter: { ...filter, value } })}
        data={among.map((value) => ({ value, label: t(`sentence.guess_${value}` as "sentence.guess_high") }))}
      />
    </>
  );
}
