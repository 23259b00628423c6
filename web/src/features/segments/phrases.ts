/** Values, filters and time frames in words: the parts that sentences are made of. */
import type { TFunction } from "i18next";
import type { DateFilter, Filter, MetricFilter, NumberFilter } from "@/lib/definition";
import { eventPropertyLabel } from "@/lib/property-names";

export interface Names {
  metric(id: string): string;
  group(id: string): string;
  day(text: string): string;
}

const SHOWN = 5;

export function valueText(value: unknown): string {
  if (Array.isArray(value)) {
    const shown = value.slice(0, SHOWN).map((item) => `“${String(item)}”`);
    return value.length > SHOWN ? `${shown.join(", ")} … (${value.length})` : shown.join(", ");
  }
  return typeof value === "string" ? `“${value}”` : String(value);
}

export function dateText(filter: DateFilter, names: Names, t: TFunction): string {
  switch (filter.operator) {
    case "between":
      return t("sentence.date_between", { start: filter.start, end: filter.end, unit: t(`sentence.unit_${filter.unit}`, { count: filter.end }) });
    case "between-static":
      return t("sentence.date_between-static", { start: names.day(filter.start), end: names.day(filter.end) });
    case "before":
    case "after":
      return t(`sentence.date_${filter.operator}`, { date: names.day(filter.date) });
    case "calendar-month":
      return t("sentence.date_calendar-month", { month: t(`sentence.month_${filter.value}` as "sentence.month_1") });
    case "alltime":
    case "anniversary":
    case "anniversary-month":
      return t(`sentence.date_${filter.operator}`);
    default:
      return t(`sentence.date_${filter.operator}`, { count: filter.quantity, unit: t(`sentence.unit_${filter.unit}`, { count: filter.quantity }) });
  }
}

export function filterText(filter: Filter, names: Names, t: TFunction): string {
  if (filter.type === "date") return dateText(filter, names, t);
  if (filter.type === "boolean") return t(filter.value ? "sentence.isTrue" : "sentence.isFalse");
  // Asking for nothing is how the API says "is not set" of texts and lists.
  if (filter.value === null) return t(filter.operator.startsWith("not-") ? "sentence.existence_is-set" : "sentence.existence_not-set");
  const key = `sentence.${filter.type}_${filter.operator}` as "sentence.string_equals";
  const words = t(key, { defaultValue: filter.operator.replaceAll("-", " ") });
  if (filter.value === undefined) return words;
  const text = `${words} ${valueText(filter.value)}`;
  return filter.operator.startsWith("length-") ? `${text} ${t("sentence.elements", { count: Number(filter.value) })}` : text;
}

export function comparisonText(filter: NumberFilter & { start?: number; end?: number }, t: TFunction): string {
  const words = t(`sentence.numeric_${filter.operator}` as "sentence.numeric_equals");
  return filter.operator === "between" ? `${words} ${filter.start} ${t("sentence.and")} ${filter.end}` : `${words} ${filter.value}`;
}

export function whereText(filters: MetricFilter[] | null | undefined, names: Names, t: TFunction): string {
  if (!filters?.length) return "";
  return t("sentence.where", { filters: filters.map((row) => `${eventPropertyLabel(row.property)} ${filterText(row.filter, names, t)}`).join(` ${t("sentence.and")} `) });
}
