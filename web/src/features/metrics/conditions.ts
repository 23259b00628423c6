/** The filters that a custom metric's groups may have, and what the editor makes of them. */
import type { CustomMetricDefinition } from "@/lib/types";

export type MetricGroup = CustomMetricDefinition["metric_groups"][number];
export type Condition = NonNullable<MetricGroup["metric_filters"]>[number];
type Filter = Condition["filter"];

export type Operand = "text" | "texts" | "number" | "none";

interface Operator {
  key: string;
  type: Filter["type"];
  operator: string;
  operand: Operand;
  fixed?: boolean;
}

const op = (type: Operator["type"], operator: string, operand: Operand, fixed?: boolean): Operator => ({
  key: `${type}_${fixed ?? operator}`,
  type,
  operator,
  operand,
  fixed,
});

export const OPERATORS = [
  op("string", "equals", "text"),
  op("string", "not-equals", "text"),
  op("string", "contains", "text"),
  op("string", "not-contains", "text"),
  op("string", "starts-with", "text"),
  op("string", "ends-with", "text"),
  op("string", "in", "texts"),
  op("numeric", "equals", "number"),
  op("numeric", "not-equals", "number"),
  op("numeric", "greater-than", "number"),
  op("numeric", "greater-than-or-equal", "number"),
  op("numeric", "less-than", "number"),
  op("numeric", "less-than-or-equal", "number"),
  op("boolean", "equals", "none", true),
  op("boolean", "equals", "none", false),
  op("list", "contains", "text"),
  op("list", "not-contains", "text"),
  op("existence", "is-set", "none"),
  op("existence", "not-set", "none"),
];

/** The operator of a filter; nothing for one that only the API can say. */
export function operatorOf(filter: Filter): Operator | undefined {
  const fixed = filter.type === "boolean" ? filter.value : undefined;
  return OPERATORS.find((one) => one.type === filter.type && one.operator === filter.operator && one.fixed === fixed);
}

/** A filter with another operator, keeping the value where the new one can take it. */
export function withOperator(filter: Filter, next: Operator): Filter {
  const old = "value" in filter ? filter.value : undefined;
  const text = Array.isArray(old) ? (old[0] ?? "") : typeof old === "string" || typeof old === "number" ? String(old) : "";
  const values: Record<Operand, unknown> = {
    text,
    texts: Array.isArray(old) ? old : text ? [text] : [],
    number: Number(text) || 0,
    none: next.fixed,
  };
  const value = values[next.operand];
  return { type: next.type, operator: next.operator, ...(value === undefined ? {} : { value }) } as Filter;
}

export const emptyCondition = (): Condition => ({ property: "", filter: { type: "string", operator: "equals", value: "" } as Filter });
export const emptyGroup = (): MetricGroup => ({ metric_id: "", metric_filters: null, value_property: null });

/** Whether everything is filled in that the server will ask for. */
export function isComplete(name: string, groups: MetricGroup[]): boolean {
  const filled = (one: Condition) => one.property !== "" && !(Array.isArray((one.filter as { value?: unknown }).value) && !(one.filter as { value: string[] }).value.length);
  return name.trim() !== "" && groups.length > 0 && groups.every((group) => group.metric_id !== "" && (group.metric_filters ?? []).every(filled));
}
