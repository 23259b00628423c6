/** Changes of a definition while somebody builds it. Each returns a new definition. */
import type { Condition, Definition } from "@/lib/definition";

export type ConditionType = Condition["type"];

export function newCondition(type: ConditionType): Condition {
  switch (type) {
    case "profile-metric":
      return {
        type,
        metric_id: "",
        measurement: "count",
        measurement_filter: { type: "numeric", operator: "greater-than-or-equal", value: 1 },
        timeframe_filter: { type: "date", operator: "in-the-last", quantity: 30, unit: "day" },
      };
    case "profile-group-membership":
      return { type, is_member: true, group_ids: [] };
    case "profile-marketing-consent":
      return { type, consent: { channel: "email", can_receive_marketing: true, consent_status: { subscription: "subscribed" } } };
    default:
      return { type: "profile-property", property: "", filter: { type: "string", operator: "equals", value: "" } };
  }
}

export const EMPTY: Definition = { condition_groups: [{ conditions: [newCondition("profile-metric")] }] };

function withGroup(definition: Definition, at: number, change: (conditions: Condition[]) => Condition[]): Definition {
  const condition_groups = definition.condition_groups
    .map((group, index) => (index === at ? { conditions: change(group.conditions) } : group))
    .filter((group) => group.conditions.length);
  return { condition_groups };
}

export const setCondition = (definition: Definition, group: number, at: number, condition: Condition) =>
  withGroup(definition, group, (all) => all.map((old, index) => (index === at ? condition : old)));

export const addCondition = (definition: Definition, group: number, condition: Condition) =>
  withGroup(definition, group, (all) => [...all, condition]);

export const removeCondition = (definition: Definition, group: number, at: number) =>
  withGroup(definition, group, (all) => all.filter((_, index) => index !== at));

export const addGroup = (definition: Definition): Definition => ({
  condition_groups: [...definition.condition_groups, { conditions: [newCondition("profile-property")] }],
});

/** Whether a condition says enough to be counted. */
export function isComplete(condition: Condition): boolean {
  switch (condition.type) {
    case "profile-metric":
      return condition.metric_id !== "" && (condition.metric_filters ?? []).every((row) => row.property !== "" && hasValue(row.filter));
    case "profile-group-membership":
      return condition.group_ids.length > 0;
    case "profile-property":
      return condition.property !== "" && hasValue(condition.filter);
    default:
      return true;
  }
}

function hasValue(filter: object): boolean {
  if (!("value" in filter)) return true;
  return Array.isArray(filter.value) ? filter.value.length > 0 : filter.value !== "" && filter.value !== null;
}

export function isReady(definition: Definition): boolean {
  return definition.condition_groups.length > 0 && definition.condition_groups.every((group) => group.conditions.every(isComplete));
}

/** Where in the definition the server found a mistake: "/…/condition_groups/0/conditions/1/…" names group 0, condition 1. */
export function placeOf(pointer: string | undefined): { group: number; condition: number } | undefined {
  const hit = /condition_groups\/(\d+)\/conditions\/(\d+)/.exec(pointer ?? "");
  return hit ? { group: Number(hit[1]), condition: Number(hit[2]) } : undefined;
}
