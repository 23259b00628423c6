import type { ConsentReport } from "@/lib/types";

/** One channel's changes with a number for each day, also those without any. */
export function daily(told: ConsentReport | undefined, channel: string) {
  const dates = told?.days ?? [];
  const rows = new Map((told?.growth ?? []).filter((row) => row.channel === channel).map((row) => [row.day, row]));
  const subscribed = dates.map((day) => rows.get(day)?.subscribed ?? 0);
  const unsubscribed = dates.map((day) => rows.get(day)?.unsubscribed ?? 0);
  return { dates, subscribed, unsubscribed, net: subscribed.map((value, at) => value - (unsubscribed[at] ?? 0)) };
}
