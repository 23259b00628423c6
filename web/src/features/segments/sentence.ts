/** A definition in plain words. One pure function; the builder and the segment's page read the same sentence. */
import type { TFunction } from "i18next";
import type { Condition, DateFilter, Definition, Filter, MetricCondition } from "@/lib/definition";

export interface Names {
  metric(id: string): string;
  group(id: string): string;
  day(text: string): string;
}

export function propertyName(property: string): string {
  const nested = /^(?:properties|location)\['(.+)'\]$/.exec(property);
  return nested?.[1] ?? property.replaceAll("_", " ");
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => `“${item}”`).join(", ");
  return typeof value === "string" ? `“${value}”` : String(value);
}

export function dateText(filter: DateFilter, names: Names, t: TFunction): string {
  switch (filter.operator) {
    case "alltime":
      return t("sentence.date_alltime");
    case "between":
      return t("sentence.date_between", { start: filter.start, end: filter.end, unit: t(`sentence.unit_${filter.unit}`, { count: filter.end }) });
    case "between-static":
      return t("sentence.date_between-static", { start: names.day(filter.start), end: names.day(filter.end) });
    case "before":
    case "after":
      return t(`sentence.date_${filter.operator}`, { date: names.day(filter.date) });
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
  const key = `sentence.${filter.type}_${filter.operator}` as "sentence.string_equals";
  const words = t(key, { defaultValue: filter.operator.replaceAll("-", " ") });
  return filter.value === undefined || filter.value === null ? words : `${words} ${valueText(filter.value)}`;
}

function timesText(condition: MetricCondition, t: TFunction): string {
  const { operator, value } = condition.measurement_filter;
  if (condition.measurement === "sum") {
    return t("sentence.sum", { comparison: t(`sentence.numeric_${operator}` as "sentence.numeric_equals"), value });
  }
  if (value === 0 && (operator === "equals" || operator === "less-than-or-equal")) return t("sentence.never");
  if (operator === "greater-than-or-equal" && value === 1) return t("sentence.once");
  if (operator === "greater-than" && value === 0) return t("sentence.once");
  return t(`sentence.count_${operator}` as "sentence.count_equals", { count: value });
}

function metricText(condition: MetricCondition, names: Names, t: TFunction): string {
  const where = (condition.metric_filters ?? []).map((row) => `${row.property} ${filterText(row.filter, names, t)}`);
  return [
    t("sentence.metric", { metric: names.metric(condition.metric_id) }),
    timesText(condition, t),
    dateText(condition.timeframe_filter, names, t),
    where.length ? t("sentence.where", { filters: where.join(` ${t("sentence.and")} `) }) : "",
  ]
    .filter(Boolean)
    .join(" ");
}

export function conditionText(condition: Condition, names: Names, t: TFunction): string {
  switch (condition.type) {
    case "profile-property":
      return `${propertyName(condition.property)} ${filterText(condition.filter, names, t)}`;
    case "profile-metric":
      return metricText(condition, names, t);
    case "profile-group-membership":
      return t(condition.is_member ? "sentence.member" : "sentence.notMember", {
        groups: condition.group_ids.map(names.group).join(` ${t("sentence.or")} `),
      });
    case "profile-marketing-consent": {
      const { can_receive_marketing: can, consent_status: status } = condition.consent;
      const reach = t(can ? "sentence.can" : "sentence.cannot");
      if (status.subscription === "any") return reach;
      return `${reach}, ${t(`sentence.subscription_${status.subscription}` as "sentence.subscription_subscribed")}`;
    }
    default:
      return (condition as { type: string }).type;
  }
}

export function definitionText(definition: Definition, names: Names, t: TFunction): string {
  return definition.condition_groups
    .map((group) => {
      const parts = group.conditions.map((condition) => conditionText(condition, names, t));
      const text = parts.join(` ${t("sentence.or")} `);
      return parts.length > 1 && definition.condition_groups.length > 1 ? `(${text})` : text;
    })
    .join(` ${t("sentence.and")} `);
}
