/** The stretch of a segment's life that a chart shows. */
import { suitableInterval, type Interval, type Period } from "@/lib/period";
import type { SegmentTimeline } from "@/lib/types";

const HOUR = 3_600_000;

/** The part of a period in which the segment was there, from the full hour in which it was made; at least a few hours. */
export function lived(period: Period, created: string, now: Date): Period {
  const made = Math.min(Math.floor(Date.parse(created) / HOUR) * HOUR, now.getTime() - 6 * HOUR);
  const start = Math.max(Date.parse(period.start), made);
  return { start: new Date(start).toISOString(), end: period.end };
}

export function intervalOf(period: Period, now: Date): Interval {
  return suitableInterval({ start: period.start, end: new Date(Math.min(Date.parse(period.end), now.getTime())).toISOString() });
}

export interface Line {
  dates: string[];
  entered: number[];
  left: number[];
  totals: number[];
}

/** Without the intervals that lie in the future: nothing has happened there, and a line must not run on. */
export function untilNow(found: SegmentTimeline, now: Date): Line {
  const shown = found.dates.filter((date) => Date.parse(date) <= now.getTime()).length;
  return {
    dates: found.dates.slice(0, shown),
    entered: found.entered.slice(0, shown),
    left: found.left.slice(0, shown),
    totals: found.totals.slice(0, shown),
  };
}

export const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
