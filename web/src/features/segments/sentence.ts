/** A definition in plain words. One pure function; the builder and the segment's page read the same sentence. */
import type { TFunction } from "i18next";
import type {
  Condition,
  ConsentCondition,
  ConsentFilter,
  Definition,
  DistanceCondition,
  FunnelCondition,
  GroupCondition,
  MetricCondition,
  ObjectCondition,
  PredictionCondition,
} from "@/lib/definition";
import { methodName } from "./methods";
import { comparisonText, dateText, filterText, whereText, type Names } from "./phrases";
import { propertyWords } from "./property-path";

export type { Names };

const spaced = (parts: string[]) => parts.filter(Boolean).join(" ");

function timesText(condition: MetricCondition, t: TFunction): string {
  const { operator, value } = condition.measurement_filter;
  if (condition.measurement === "sum") return t("sentence.sum", { comparison: t(`sentence.numeric_${operator}` as "sentence.numeric_equals"), value });
  if (operator === "greater-than" && value === 0) return t("sentence.once");
  return t(`sentence.count_${operator}` as "sentence.count_equals", { count: value });
}

/** Whether a count can only be 0. */
export function isNever({ measurement, measurement_filter: { operator, value } }: MetricCondition): boolean {
  if (measurement !== "count") return false;
  return value === 0 ? operator === "equals" || operator === "less-than-or-equal" : value === 1 && operator === "less-than";
}

function metricText(condition: MetricCondition, names: Names, t: TFunction): string {
  const metric = names.metric(condition.metric_id);
  const done = isNever(condition) ? t("sentence.neverMetric", { metric }) : `${t("sentence.metric", { metric })} ${timesText(condition, t)}`;
  return spaced([done, dateText(condition.timeframe_filter, names, t), whereText(condition.metric_filters, names, t)]);
}

function funnelText(condition: FunnelCondition, names: Names, t: TFunction): string {
  const step = ({ metric_exists, metric_id, metric_filters }: FunnelCondition["steps"][number]) =>
    spaced([t(metric_exists ? "sentence.step" : "sentence.stepNot", { metric: names.metric(metric_id) }), whereText(metric_filters, names, t)]);
  const steps = condition.steps.map(step).join(`, ${t("sentence.then")} `);
  const when = dateText(condition.timeframe_filter, names, t);
  const window = condition.completion_window_seconds;
  if (!window) return t("sentence.funnel", { steps, when });
  return t("sentence.funnelWithin", { steps, when, window: t(`sentence.window_${window}` as "sentence.window_DAYS_1", { defaultValue: window }) });
}

function groupText(condition: GroupCondition, names: Names, t: TFunction): string {
  const groups = condition.group_ids.map(names.group).join(` ${t("sentence.or")} `);
  const words = t(condition.is_member ? "sentence.member" : "sentence.notMember", { groups });
  return condition.timeframe_filter ? `${words}, ${t("sentence.joined", { when: dateText(condition.timeframe_filter, names, t) })}` : words;
}

/** What is asked of a consent beyond yes and no. */
export function consentFilterText({ field, method, filter }: ConsentFilter, names: Names, t: TFunction): string {
  const when = filter ? filterText(filter, names, t) : "";
  switch (field) {
    case "method":
    case "subscribe_method": {
      const by = methodName(method ?? "", t);
      return filter ? t("sentence.byWhich", { method: by, filter: when }) : t("sentence.by", { method: by });
    }
    case "status_date":
    case "effective_date":
      return t("sentence.saidSo", { when });
    case "recorded_date":
      return t("sentence.recorded", { when });
    case "is_double_opt_in":
      return t(filter && "value" in filter && filter.value ? "sentence.doubleOptIn" : "sentence.singleOptIn");
    case "is_rcs_capable":
      return t(filter && "value" in filter && filter.value ? "sentence.rcs" : "sentence.noRcs");
    case "custom_source":
      return t("sentence.customSource", { filter: when });
    case "bounce_date":
    case "manual_suppression_date":
    case "invalid_email_date":
      return filter?.type === "existence" ? t(`sentence.ever_${field}`) : t(`sentence.${field}`, { when });
    default:
      return `${field.replaceAll("_", " ")} ${when}`;
  }
}

function consentText({ consent }: ConsentCondition, names: Names, t: TFunction): string {
  const { channel, can_receive_marketing: can, consent_status: status } = consent;
  const { subscription } = status;
  return [
    t(can ? "sentence.can" : "sentence.cannot", { channel: t(`sentence.channel_${channel}`) }),
    ...(subscription === "any" ? [] : [t(`sentence.subscription_${subscription}` as "sentence.subscription_subscribed")]),
    ...(status.filters ?? []).map((item) => consentFilterText(item, names, t)),
  ].join(", ");
}

export function dimensionText({ dimension, measurement, predicted_channel: channel }: PredictionCondition, t: TFunction): string {
  if (dimension === "channel_affinity") {
    return t(`sentence.affinity_${measurement ?? "rank"}`, { channel: t(`sentence.channel_${channel}` as "sentence.channel_email") });
  }
  return t(`sentence.dimension_${dimension}` as "sentence.dimension_total_clv", { defaultValue: dimension.replaceAll("_", " ") });
}

function predictionText(condition: PredictionCondition, names: Names, t: TFunction): string {
  const { filter } = condition;
  const isGuess = filter.type === "string" && typeof filter.value === "string";
  const guess = isGuess ? t(`sentence.guess_${filter.value as string}` as "sentence.guess_high", { defaultValue: filter.value as string }) : "";
  const words = isGuess ? t(`sentence.guess_${filter.operator}` as "sentence.guess_equals", { guess }) : filterText(filter, names, t);
  return t("sentence.predicted", { what: dimensionText(condition, t), filter: words });
}

function distanceText({ filter, unit, postal_code: code, country_code: country }: DistanceCondition, t: TFunction): string {
  return t(`sentence.distance_${filter.operator}` as "sentence.distance_less-than", { value: filter.value, unit: t(`sentence.unit_${unit}`), code, country: country.toUpperCase() });
}

function objectText(condition: ObjectCondition, names: Names, t: TFunction): string {
  const where = (condition.filters ?? []).map(({ property_id: id, filter }) => t("sentence.objectProperty", { id, filter: filterText(filter, names, t) }));
  return spaced([
    t("sentence.objects", { number: comparisonText(condition.filter, t), type: condition.object_type_id, relationship: condition.object_type_relationship_id }),
    where.length ? t("sentence.where", { filters: where.join(` ${t("sentence.and")} `) }) : "",
  ]);
}

export function conditionText(condition: Condition, names: Names, t: TFunction): string {
  switch (condition.type) {
    case "profile-property":
      return `${propertyWords(condition.property)} ${filterText(condition.filter, names, t)}`;
    case "profile-metric":
      return metricText(condition, names, t);
    case "profile-metric-funnel":
      return funnelText(condition, names, t);
    case "profile-group-membership":
      return groupText(condition, names, t);
    case "profile-marketing-consent":
      return consentText(condition, names, t);
    case "profile-permissions": {
      const { reachable_status: status, filters } = condition.permission;
      const channel = t(`sentence.channel_${condition.channel}` as "sentence.channel_whatsapp_marketing");
      const reach = t(`sentence.reach_${status}` as "sentence.reach_explicitly_reachable", { channel });
      return [reach, ...(filters ?? []).map((item) => consentFilterText(item, names, t))].join(", ");
    }
    case "profile-region":
      return t(condition.in_region ? "sentence.inRegion" : "sentence.notInRegion", { region: t(`sentence.region_${condition.region}` as "sentence.region_united_states") });
    case "profile-postal-code-distance":
      return distanceText(condition, t);
    case "profile-predictive-analytics":
      return predictionText(condition, names, t);
    case "profile-has-custom-object":
      return objectText(condition, names, t);
    default:
      return (condition as { type: string }).type;
  }
}

/** Each group in words, with brackets where they matter. */
export function groupTexts(definition: Definition, names: Names, t: TFunction): string[] {
  return definition.condition_groups.map((group) => {
    const parts = group.conditions.map((condition) => conditionText(condition, names, t));
    const text = parts.join(` ${t("sentence.or")} `);
    return parts.length > 1 && definition.condition_groups.length > 1 ? `(${text})` : text;
  });
}

export const definitionText = (definition: Definition, names: Names, t: TFunction): string => groupTexts(definition, names, t).join(` ${t("sentence.and")} `);
