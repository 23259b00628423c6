/** Text for the API's filter grammar: equals(name,"x"), joined by commas. */

function literal(value: string | number | boolean | Date): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "string") return `"${value.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;
  return String(value);
}

type Value = string | number | boolean | Date;

export const equals = (field: string, value: Value) => `equals(${field},${literal(value)})`;
export const contains = (field: string, value: string) => `contains(${field},${literal(value)})`;
export const anyOf = (field: string, values: readonly Value[]) => `any(${field},[${values.map(literal).join(",")}])`;
export const atLeast = (field: string, value: Value) => `greater-or-equal(${field},${literal(value)})`;
export const below = (field: string, value: Value) => `less-than(${field},${literal(value)})`;

/** All of the given filters; nothing when there are none. */
export function both(...filters: (string | false | null | undefined)[]): string | undefined {
  const kept = filters.filter((text): text is string => Boolean(text));
  return kept.length ? kept.join(",") : undefined;
}
