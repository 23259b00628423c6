/** Buyers by what they spent, as rows of a chart. */
import type { TFunction } from "i18next";
import type { SegmentPurchases } from "@/lib/types";
import type { ShareRow } from "./shares";

/** Steps without buyers between others are shown, so that the shape is true; so is who bought nothing. */
export function spendRows(all: SegmentPurchases, money: (value: number) => string, t: TFunction): ShareRow[] {
  const rows: ShareRow[] = [];
  if (all.count > all.buyers) rows.push({ name: t("segmentPage.stepNothing"), count: all.count - all.buyers });
  let before: number | null = null;
  for (const step of all.steps) {
    if (before !== null && before < step.since) rows.push({ name: range(before, step.since, money, t), count: 0 });
    rows.push({ name: range(step.since, step.until, money, t), count: step.buyers });
    before = step.until;
  }
  return rows;
}

function range(since: number, until: number | null, money: (value: number) => string, t: TFunction): string {
  if (until === null) return t("segmentPage.stepOver", { since: money(since) });
  return t("segmentPage.stepRange", { since: money(since), until: money(until) });
}
