/** Two segments side by side: the three parts they fall into, and the segment that each part would be. */
import type { SegmentOverlap } from "@/lib/types";
import type { Crowd } from "./page/crowds";

export const PARTS = ["onlyLeft", "both", "onlyRight"] as const;
export type Part = (typeof PARTS)[number];

export interface Pair {
  left: string;
  right: string;
}

/** How many are in the first alone, in both, and in the second alone. */
export function countsOf(found: Pick<SegmentOverlap, "shared">): Record<Part, number> {
  const [left, right, both] = [found.shared[0]?.[0] ?? 0, found.shared[1]?.[1] ?? 0, found.shared[0]?.[1] ?? 0];
  return { onlyLeft: left - both, both, onlyRight: right - both };
}

export function crowdOf(part: Part, { left, right }: Pair): Crowd {
  if (part === "both") return { within: [left, right] };
  return part === "onlyLeft" ? { within: [left], without: [right] } : { within: [right], without: [left] };
}

/** The definition of a segment that follows both of them from now on. */
export function definitionOf(part: Part, pair: Pair): object {
  const { within, without = [] } = crowdOf(part, pair);
  const condition = (id: string, isMember: boolean) => ({ conditions: [{ type: "profile-group-membership", is_member: isMember, group_ids: [id] }] });
  return { condition_groups: [...within.map((id) => condition(id, true)), ...without.map((id) => condition(id, false))] };
}
