/** Which comparisons the builder offers, each in the words of a sentence. */
import type { DateFilter, Filter, Unit, ValueFilter } from "@/lib/definition";

export type ValueKind = "none" | "text" | "texts" | "number" | "whole" | "duration" | "day";

export interface Operator {
  key: string;
  type: ValueFilter["type"] | "date";
  operator: string;
  kind: ValueKind;
  fixed?: boolean;
}

const op = (type: Operator["type"], operator: string, kind: ValueKind, fixed?: boolean): Operator => ({
  key: `${type}:${operator}${fixed === undefined ? "" : `:${fixed}`}`,
  type,
  operator,
  kind,
  fixed,
});

const TEXT = [
  op("string", "equals", "text"),
  op("string", "not-equals", "text"),
  op("string", "contains", "text"),
  op("string", "not-contains", "text"),
  op("string", "starts-with", "text"),
  op("string", "ends-with", "text"),
  op("string", "in", "texts"),
  op("string", "not-in", "texts"),
];
const NUMBER = [
  op("numeric", "equals", "number"),
  op("numeric", "not-equals", "number"),
  op("numeric", "greater-than", "number"),
  op("numeric", "greater-than-or-equal", "number"),
  op("numeric", "less-than", "number"),
  op("numeric", "less-than-or-equal", "number"),
];
const TRUTH = [op("boolean", "equals", "none", true), op("boolean", "equals", "none", false)];
const EXISTENCE = [op("existence", "is-set", "none"), op("existence", "not-set", "none")];
const DATE = [
  op("date", "in-the-last", "duration"),
  op("date", "at-least", "duration"),
  op("date", "in-the-next", "duration"),
  op("date", "before", "day"),
  op("date", "after", "day"),
  op("date", "anniversary", "none"),
  op("date", "anniversary-month", "none"),
];

export const PROPERTY_OPERATORS: Operator[] = [
  ...TEXT,
  ...EXISTENCE,
  ...NUMBER,
  ...TRUTH,
  op("list", "contains", "text"),
  op("list", "not-contains", "text"),
  ...DATE,
];

export const EVENT_OPERATORS: Operator[] = [
  ...TEXT,
  ...EXISTENCE,
  ...NUMBER,
  ...TRUTH,
  op("list", "contains-any", "texts"),
  op("list", "not-contains-any", "texts"),
];

export const COMPARISONS = ["greater-than-or-equal", "greater-than", "equals", "less-than", "less-than-or-equal", "not-equals"] as const;

export function operatorOf(filter: Filter, among: Operator[]): Operator | undefined {
  return among.find(
    (item) =>
      item.type === filter.type && item.operator === filter.operator && (item.fixed === undefined || ("value" in filter && filter.value === item.fixed)),
  );
}

/** A filter of the chosen operator that keeps what the old one said wherever that still fits. */
export function filterFor(chosen: Operator, old: Filter): Filter {
  const { type, operator, kind, fixed } = chosen;
  if (type === "date") return dateFilterFor(operator, kind, old);
  if (type === "existence") return { type, operator };
  if (type === "boolean") return { type, operator, value: fixed ?? true };
  const before = "value" in old ? old.value : undefined;
  if (kind === "texts") return { type, operator, value: Array.isArray(before) ? before : before ? [String(before)] : [] };
  const single = Array.isArray(before) ? before[0] : before;
  if (kind === "number") return { type, operator, value: Number.isFinite(Number(single)) ? Number(single ?? 0) : 0 };
  return { type, operator, value: single === undefined || single === null || typeof single === "boolean" ? "" : String(single) };
}

const DEFAULT_QUANTITY = 30;

function dateFilterFor(operator: string, kind: ValueKind, old: Filter): DateFilter {
  if (kind === "duration") {
    const quantity = "quantity" in old ? old.quantity : DEFAULT_QUANTITY;
    const unit: Unit = "unit" in old ? old.unit : "day";
    return { type: "date", operator: operator as "in-the-last", quantity, unit };
  }
  if (kind === "day") {
    const date = "date" in old ? old.date : new Date().toISOString().slice(0, 10) + "T00:00:00+00:00";
    return { type: "date", operator: operator as "before", date };
  }
  return { type: "date", operator: operator as "anniversary" };
}

export const TIMEFRAMES = ["alltime", "in-the-last", "at-least", "between", "before", "after", "between-static"] as const;
export type Timeframe = (typeof TIMEFRAMES)[number];

const midnight = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10) + "T00:00:00+00:00";

export function timeframeFor(operator: Timeframe, old: DateFilter): DateFilter {
  if (operator === "alltime") return { type: "date", operator };
  if (operator === "between") {
    return { type: "date", operator, start: 30, end: 60, unit: "unit" in old ? old.unit : "day" };
  }
  if (operator === "between-static") return { type: "date", operator, start: midnight(30), end: midnight(0) };
  if (operator === "before" || operator === "after") return dateFilterFor(operator, "day", old);
  return dateFilterFor(operator, "duration", old);
}
