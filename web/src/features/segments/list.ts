/** Which segments a list shows, and in which order. */
import type { Resource } from "@/lib/api";
import type { SegmentAttributes } from "@/lib/types";

export interface SegmentsSearch {
  search?: string;
  only?: string;
  sort?: string;
}

export const FILTERS = ["all", "starred", "live", "paused"] as const;
export type Filter = (typeof FILTERS)[number];
type Row = Resource<SegmentAttributes>;

const PASSES: Record<Filter, (facts: SegmentAttributes) => boolean> = {
  all: () => true,
  starred: (facts) => facts.is_starred,
  live: (facts) => facts.is_active,
  paused: (facts) => !facts.is_active,
};

export const filterOf = (value: string | undefined): Filter => FILTERS.find((one) => one === value) ?? "all";

/** Those with every word in their name or summary; starred ones first, unless somebody chose an order. */
export function shown(rows: Row[], { search = "", only, sort }: SegmentsSearch): Row[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows.filter(({ attributes: facts }) => {
    const text = `${facts.name} ${facts.summary}`.toLowerCase();
    return PASSES[filterOf(only)](facts) && words.every((word) => text.includes(word));
  });
  return found.sort(orderOf(sort));
}

function orderOf(sort: string | undefined): (a: Row, b: Row) => number {
  const byName = (a: Row, b: Row) => a.attributes.name.localeCompare(b.attributes.name);
  const byChange = (a: Row, b: Row) => a.attributes.updated.localeCompare(b.attributes.updated);
  if (sort === "name") return byName;
  if (sort === "-name") return (a, b) => byName(b, a);
  if (sort === "updated") return byChange;
  if (sort === "-updated") return (a, b) => byChange(b, a);
  return (a, b) => Number(b.attributes.is_starred) - Number(a.attributes.is_starred) || byName(a, b);
}
