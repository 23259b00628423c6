/** Which metrics a list shows, and in which order. */
import type { Resource } from "@/lib/api";
import type { MetricOverview } from "@/lib/types";

export const SHOWN = ["all", "starred", "active"] as const;
export type Shown = (typeof SHOWN)[number];
type Row = Resource<MetricOverview>;

const FITS: Record<Shown, (row: Row) => boolean> = {
  all: () => true,
  starred: (row) => row.attributes.is_starred,
  active: (row) => row.attributes.last_30_days > 0,
};

/** Starred metrics come first; `sort` is a field, with a minus for descending; equals stay in the order of the alphabet. */
export function arranged(rows: Row[], { text, shown, sort }: { text: string; shown: Shown; sort: string }): Row[] {
  const field = sort.replace(/^-/, "") as "name" | "last_30_days" | "total" | "last_seen";
  const sign = sort.startsWith("-") ? -1 : 1;
  const wanted = text.trim().toLowerCase();
  return rows
    .filter((row) => FITS[shown](row) && row.attributes.name.toLowerCase().includes(wanted))
    .sort((a, b) => a.attributes.name.localeCompare(b.attributes.name))
    .sort((a, b) => sign * compared(a.attributes[field], b.attributes[field]))
    .sort((a, b) => Number(b.attributes.is_starred) - Number(a.attributes.is_starred));
}

function compared(a: string | number | null, b: string | number | null): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a ?? "").localeCompare(String(b ?? ""));
}
