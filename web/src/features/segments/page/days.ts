/** A day that somebody asks about, as the moment that stands for it. */
import { days } from "@/lib/period";

export const isDay = (text: string | undefined): text is string => /^\d{4}-\d\d-\d\d$/.test(text ?? "") && !Number.isNaN(Date.parse(text ?? ""));

/** Today's date on the account's clock, 2026-07-15. */
export function today(timezone: string, now: Date = new Date()): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: timezone }).format(now);
}

/** The last moment of the day on the account's clock; of a day that is not over, now. */
export function momentOf(day: string, timezone: string, now: Date): string {
  const end = Date.parse(days(day, day, timezone).end) - 1;
  return new Date(Math.min(end, now.getTime())).toISOString();
}

