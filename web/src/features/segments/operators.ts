/** Which comparisons the builder offers, each in the words of a sentence. */
import type { DateFilter, Filter, Unit, ValueFilter } from "@/lib/definition";
import type { PropertyKind } from "./property-path";

export type ValueKind = "none" | "text" | "texts" | "number" | "whole" | "date";

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
const ops = (type: Operator["type"], kind: ValueKind, ...operators: string[]) => operators.map((operator) => op(type, operator, kind));

const TEXT = [
  ...ops("string", "text", "equals", "not-equals"),
  ...ops("string", "texts", "in", "not-in"),
  ...ops("string", "text", "contains", "not-contains", "starts-with", "not-starts-with", "ends-with", "not-ends-with", "regex", "nregex"),
];
const PHONE = ops("string", "texts", "phone-country-code-in", "phone-country-code-not-in");
const NUMBER = ops("numeric", "number", "greater-than-or-equal", "greater-than", "less-than", "less-than-or-equal", "equals", "not-equals");
const TRUTH = [op("boolean", "equals", "none", true), op("boolean", "equals", "none", false)];
const EXISTENCE = ops("existence", "none", "is-set", "not-set");
const LENGTHS = ops("list", "whole", "length-equals", "length-greater-than", "length-greater-than-or-equal", "length-less-than", "length-less-than-or-equal");
const LISTED = [...ops("list", "text", "contains", "not-contains"), ...LENGTHS];
const EVENT_LISTED = [
  ...ops("list", "texts", "contains-any", "contains-all", "not-contains-any", "not-contains-all"),
  ...ops("list", "text", "contains-substring", "not-contains-substring"),
  ...LENGTHS,
];

export type DateOperator = DateFilter["operator"];
const SPANS = ["in-the-last", "at-least", "between", "in-the-next", "before", "after", "between-static"] as const;
/** When somebody joined a list or segment. */
export const JOIN_FRAMES: readonly DateOperator[] = SPANS;
export const METRIC_FRAMES: readonly DateOperator[] = ["alltime", ...SPANS, "anniversary-last", "anniversary-next"];
export const FUNNEL_FRAMES: readonly DateOperator[] = ["in-the-last", "at-least", "between", "in-the-next", "between-static"];
/** What a date in a property, or the date of a consent, can be compared with. */
export const DATE_TESTS: readonly DateOperator[] = [...SPANS, "anniversary", "anniversary-month", "calendar-month", "anniversary-last", "anniversary-next"];

const DATE = ops("date", "date", ...DATE_TESTS);
const EVERY = [...TEXT, ...PHONE, ...EXISTENCE, ...NUMBER, ...TRUTH, ...LISTED, ...EVENT_LISTED, ...DATE];

const BY_KIND: Readonly<Record<PropertyKind, Operator[]>> = {
  text: [...TEXT, ...EXISTENCE],
  phone: [...TEXT, ...PHONE, ...EXISTENCE],
  number: [...NUMBER, ...EXISTENCE],
  date: [...DATE, ...EXISTENCE],
  custom: [...TEXT, ...EXISTENCE, ...NUMBER, ...TRUTH, ...LISTED, ...DATE],
};
export const PROPERTY_OPERATORS = (kind: PropertyKind): Operator[] => BY_KIND[kind];
export const EVENT_OPERATORS: Operator[] = [...TEXT, ...EXISTENCE, ...NUMBER, ...TRUTH, ...EVENT_LISTED];

export const COMPARISONS = ["greater-than-or-equal", "greater-than", "equals", "less-than", "less-than-or-equal", "not-equals"] as const;

/** The operator of a filter, even one that this place would not offer: what an API wrote is shown, too. */
export function operatorOf(filter: Filter, among: Operator[]): Operator | undefined {
  const value = "value" in filter ? filter.value : undefined;
  if (value === null && filter.type !== "date") return op("existence", filter.operator.startsWith("not-") ? "is-set" : "not-set", "none");
  const fits = (item: Operator) => item.type === filter.type && item.operator === filter.operator && (item.fixed === undefined || value === item.fixed);
  return among.find(fits) ?? EVERY.find(fits);
}

/** What there is to choose from, with what is already chosen. */
export function offered(filter: Filter, among: Operator[]): Operator[] {
  const chosen = operatorOf(filter, among);
  return !chosen || among.some((item) => item.key === chosen.key) ? among : [...among, chosen];
}

/** A filter of the chosen operator that keeps what the old one said wherever that still fits. */
export function filterFor(chosen: Operator, old: Filter): Filter {
  const { type, operator, kind, fixed } = chosen;
  if (type === "date") return dateFilterFor(operator as DateOperator, old);
  if (type === "existence") return { type, operator };
  if (type === "boolean") return { type, operator, value: fixed ?? true };
  const before = "value" in old && old.type !== "date" ? old.value : undefined;
  if (kind === "texts") return { type, operator, value: Array.isArray(before) ? before : before ? [String(before)] : [] };
  const single = Array.isArray(before) ? before[0] : before;
  if (kind === "number" || kind === "whole") return { type, operator, value: Number.isFinite(Number(single)) ? Number(single ?? 0) : 0 };
  return { type, operator, value: single === undefined || single === null || typeof single === "boolean" ? "" : String(single) };
}

/** What a property of some type is usually asked for. */
const FIRST: Readonly<Record<string, string>> = {
  text: "string:equals",
  number: "numeric:greater-than-or-equal",
  boolean: "boolean:equals:true",
  date: "date:in-the-last",
  list: "list:contains",
  events: "list:contains-any",
};

export function firstFilter(type: string | undefined, among: Operator[]): Filter {
  const chosen = among.find((item) => item.key === FIRST[type ?? "text"]) ?? among[0];
  const nothing: Filter = { type: "string", operator: "equals", value: "" };
  return chosen ? filterFor(chosen, nothing) : nothing;
}

const DEFAULT_QUANTITY = 30;
const midnight = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10) + "T00:00:00+00:00";

/** A date filter of the chosen operator with what still fits of the old one. */
export function dateFilterFor(operator: DateOperator, old: Filter): DateFilter {
  const type = "date";
  const unit: Unit = "unit" in old ? old.unit : "day";
  switch (operator) {
    case "alltime":
    case "anniversary":
    case "anniversary-month":
      return { type, operator };
    case "between":
      return { type, operator, start: 30, end: 60, unit };
    case "between-static":
      return { type, operator, start: midnight(30), end: midnight(0) };
    case "before":
    case "after":
      return { type, operator, date: "date" in old ? old.date : midnight(0) };
    case "calendar-month":
      return { type, operator, value: new Date().getUTCMonth() + 1 };
    default:
      return { type, operator, quantity: "quantity" in old ? old.quantity : DEFAULT_QUANTITY, unit };
  }
}
