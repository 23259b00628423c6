/** Changes of a definition while somebody builds it. Each returns a new definition, and loses nothing that it does not understand. */
import type { Problem } from "@/lib/api";
import type { Condition, ConsentFilter, Definition, Filter, MetricFilter } from "@/lib/definition";

export type ConditionType = Condition["type"];

const THIRTY_DAYS = { type: "date", operator: "in-the-last", quantity: 30, unit: "day" } as const;

export function newCondition(type: ConditionType): Condition {
  switch (type) {
    case "profile-metric":
      return { type, metric_id: "", measurement: "count", measurement_filter: { type: "numeric", operator: "greater-than-or-equal", value: 1 }, timeframe_filter: THIRTY_DAYS };
    case "profile-metric-funnel": {
      const steps = [true, true].map((metric_exists) => ({ metric_exists, metric_id: "" }));
      return { type, steps, timeframe_filter: THIRTY_DAYS };
    }
    case "profile-group-membership":
      return { type, is_member: true, group_ids: [] };
    case "profile-marketing-consent":
      return { type, consent: { channel: "email", can_receive_marketing: true, consent_status: { subscription: "subscribed" } } };
    case "profile-permissions":
      return { type, channel: "whatsapp_marketing", permission: { reachable_status: "explicitly_reachable" } };
    case "profile-region":
      return { type, in_region: true, region: "european_union" };
    case "profile-postal-code-distance":
      return { type, country_code: "US", postal_code: "", unit: "miles", filter: { type: "numeric", operator: "less-than", value: 20 } };
    case "profile-predictive-analytics":
      return { type, dimension: "predicted_clv", filter: { type: "numeric", operator: "greater-than-or-equal", value: 100 } };
    default:
      return { type: "profile-property", property: "", filter: { type: "string", operator: "equals", value: "" } };
  }
}

/** Where a new segment begins: with one condition that says nothing yet. */
export const EMPTY: Definition = { condition_groups: [{ conditions: [newCondition("profile-metric")] }] };

type Group = Definition["condition_groups"][number];

function withGroup(definition: Definition, at: number, change: (conditions: Condition[]) => Condition[]): Definition {
  const condition_groups = definition.condition_groups
    .map((group, index): Group => (index === at ? { ...group, conditions: change(group.conditions) } : group))
    .filter((group) => group.conditions.length);
  return { ...definition, condition_groups };
}

export const setCondition = (definition: Definition, group: number, at: number, condition: Condition) =>
  withGroup(definition, group, (all) => all.map((old, index) => (index === at ? condition : old)));

export const addCondition = (definition: Definition, group: number, condition: Condition) => withGroup(definition, group, (all) => [...all, condition]);

export const copyCondition = (definition: Definition, group: number, at: number) =>
  withGroup(definition, group, (all) => all.flatMap((one, index) => (index === at ? [one, structuredClone(one)] : [one])));

export const removeCondition = (definition: Definition, group: number, at: number) =>
  withGroup(definition, group, (all) => all.filter((_, index) => index !== at));

export const addGroup = (definition: Definition, condition: Condition = newCondition("profile-property")): Definition => ({
  ...definition,
  condition_groups: [...definition.condition_groups, { conditions: [condition] }],
});

const areComplete = (filters: MetricFilter[] | null | undefined) => (filters ?? []).every((row) => row.property !== "" && hasValue(row.filter));
const areAsked = (filters: ConsentFilter[] | null | undefined) => (filters ?? []).every(({ filter }) => !filter || hasValue(filter));

/** Whether a condition says enough to be counted. */
export function isComplete(condition: Condition): boolean {
  switch (condition.type) {
    case "profile-metric":
      return condition.metric_id !== "" && areComplete(condition.metric_filters);
    case "profile-metric-funnel":
      return condition.steps.every((step) => step.metric_id !== "" && areComplete(step.metric_filters));
    case "profile-group-membership":
      return condition.group_ids.length > 0;
    case "profile-property":
      return condition.property !== "" && hasValue(condition.filter);
    case "profile-marketing-consent":
      return areAsked(condition.consent.consent_status.filters);
    case "profile-permissions":
      return areAsked(condition.permission.filters);
    case "profile-postal-code-distance":
      return condition.postal_code.trim() !== "";
    default:
      return true;
  }
}

function hasValue(filter: Filter): boolean {
  if (filter.type === "date" || !("value" in filter)) return true;
  // Null is a value, too: the API asks by it for what is not there.
  return Array.isArray(filter.value) ? filter.value.length > 0 : filter.value !== "";
}

export function isReady(definition: Definition): boolean {
  return definition.condition_groups.length > 0 && definition.condition_groups.every((group) => group.conditions.every(isComplete));
}

/** Whether nobody has said anything with a condition yet. */
export const isBlank = (condition: Condition | undefined): boolean => condition !== undefined && JSON.stringify(condition) === JSON.stringify(newCondition(condition.type)) && !isComplete(condition);

export interface Place {
  group: number;
  condition: number;
}

/** What can already be counted of a definition, and where each of its conditions stands in the whole. */
export function countable(definition: Definition): { definition: Definition; places: Place[][] } {
  const groups = definition.condition_groups.map((group, at) => {
    const kept = group.conditions.flatMap((condition, index) => (isComplete(condition) ? [{ condition, place: { group: at, condition: index } }] : []));
    return { conditions: kept.map((one) => one.condition), places: kept.map((one) => one.place) };
  });
  const filled = groups.filter((group) => group.conditions.length);
  return { definition: { condition_groups: filled.map(({ conditions }) => ({ conditions })) }, places: filled.map(({ places }) => places) };
}

/** Where in the definition the server found a mistake: "/…/condition_groups/0/conditions/1/filter/value" names group 0, condition 1, "filter/value". */
export function placeOf(pointer: string | undefined): (Place & { field: string }) | undefined {
  const hit = /condition_groups\/(\d+)\/conditions\/(\d+)(?:\/(.*))?$/.exec(pointer ?? "");
  return hit ? { group: Number(hit[1]), condition: Number(hit[2]), field: hit[3] ?? "" } : undefined;
}

/** A mistake that the server found, beside the condition and the field that it is about. */
export interface Misplaced extends Place {
  field: string;
  text: string;
}

/** The first of the problems that lies in a condition; `places` says where the conditions that were asked about stand. */
export function misplaced(problems: Problem[], places?: Place[][]): Misplaced | undefined {
  for (const { source, detail, title } of problems) {
    const found = placeOf(source?.pointer);
    const place = found && (places ? places[found.group]?.[found.condition] : found);
    if (found && place) return { group: place.group, condition: place.condition, field: found.field, text: detail ?? title ?? "" };
  }
  return undefined;
}

/** What was counted of the countable conditions, where they stand in the whole. */
export function countsAt(places: Place[][], counts: number[][]): (number | undefined)[][] {
  const found: (number | undefined)[][] = [];
  places.forEach((row, at) =>
    row.forEach(({ group, condition }, index) => {
      (found[group] ??= [])[condition] = counts[at]?.[index];
    }),
  );
  return found;
}
