/** From the answer of metric-aggregates to the lines of a chart. */
import type { MetricAggregate } from "@/lib/types";

export type Measure = "count" | "sum_value" | "unique";
export const MEASURES: Measure[] = ["count", "sum_value", "unique"];

export interface Line {
  name: string;
  values: number[];
  total: number;
}

const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

/** A list property comes as JSON; people read it without brackets. */
function readable(dimension: string): string {
  if (!dimension.startsWith("[")) return dimension;
  try {
    return (JSON.parse(dimension) as unknown[]).join(", ");
  } catch {
    return dimension;
  }
}

/** The biggest lines by their total; what is left over is added up into one line named `rest`. */
export function lines(answer: MetricAggregate, measure: Measure, most: number, names: { whole: string; none: string; rest: string }): Line[] {
  const all = answer.data
    .map((row) => {
      const values = row.measurements[measure] ?? [];
      const name = row.dimensions.length ? row.dimensions.map((part) => readable(part) || names.none).join(" · ") : names.whole;
      return { name, values, total: total(values) };
    })
    .sort((a, b) => b.total - a.total);
  if (all.length <= most) return all;
  const rest = all.slice(most - 1);
  const values = answer.dates.map((_, at) => total(rest.map((line) => line.values[at] ?? 0)));
  return [...all.slice(0, most - 1), { name: `${names.rest} (${rest.length})`, values, total: total(values) }];
}

/** How a query names a property of a shop's own events; what begins with $ is a fact the server knows by that name. */
export const byProperty = (name: string) => (name.startsWith("$") ? name : `properties['${name}']`);
