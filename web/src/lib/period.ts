/** A stretch of whole days in the account's time zone, and the equally long one before it. */
import dayjs from "dayjs";
import timezonePlugin from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";

dayjs.extend(utc);
dayjs.extend(timezonePlugin);

export type Interval = "hour" | "day" | "week" | "month";
export const INTERVALS: Interval[] = ["hour", "day", "week", "month"];

export interface Period {
  start: string;
  end: string;
}

export const PRESETS = { today: 1, "7d": 7, "30d": 30, "90d": 90, "365d": 365 } as const;
export type PresetName = keyof typeof PRESETS;

export function isPreset(value: unknown): value is PresetName {
  return typeof value === "string" && value in PRESETS;
}

// Days are counted on the calendar and only then turned into instants: adding 24 hours would miss midnight when clocks change.
function dayAfter(day: string, count: number): string {
  return dayjs.utc(day).add(count, "day").format("YYYY-MM-DD");
}

function midnight(day: string, timezone: string): string {
  return dayjs.tz(`${day} 00:00`, timezone).toISOString();
}

/** From the first to the last day named, both included. Days are written 2026-07-15. */
export function days(first: string, last: string, timezone: string): Period {
  return { start: midnight(first, timezone), end: midnight(dayAfter(last, 1), timezone) };
}

/** The last N days up to the end of today, with day borders where the account has midnight. */
export function preset(name: PresetName, timezone: string, now: Date = new Date()): Period {
  const today = dayjs(now).tz(timezone).format("YYYY-MM-DD");
  return days(dayAfter(today, 1 - PRESETS[name]), today, timezone);
}

export function lengthInDays(period: Period): number {
  return (Date.parse(period.end) - Date.parse(period.start)) / 86_400_000;
}

/** The finest interval whose chart can still be read. */
export function suitableInterval(period: Period): Interval {
  const length = lengthInDays(period);
  if (length <= 2.1) return "hour";
  if (length <= 92) return "day";
  if (length <= 400) return "week";
  return "month";
}

/** A tick on the time axis, as short as its interval allows. */
export function tick(date: string, interval: Interval, timezone: string, locale = "en"): string {
  const options: Intl.DateTimeFormatOptions =
    interval === "hour"
      ? { day: "numeric", month: "short", hour: "2-digit", hourCycle: "h23" }
      : interval === "month"
        ? { month: "short", year: "numeric" }
        : { day: "numeric", month: "short" };
  return new Intl.DateTimeFormat(locale, { timeZone: timezone, ...options }).format(new Date(date));
}

/** What a date-and-time field shows for the morning after: 2026-07-16T09:00 on the account's clock. */
export function tomorrowMorning(timezone: string, now: Date = new Date()): string {
  return `${dayAfter(dayjs(now).tz(timezone).format("YYYY-MM-DD"), 1)}T09:00`;
}

/** The instant that a date-and-time field means on the account's clock. */
export function instantOf(local: string, timezone: string): string {
  return dayjs.tz(local, timezone).toISOString();
}
