/** How far a build is, as far as the past tells: from when it was asked for, and how long the server expects it to last. */
import type { TFunction } from "i18next";

const ALMOST = 0.99;

/** The share that is done. What takes longer than expected stays just before its end. */
export function buildProgress(askedFor: string, secondsLeft: number, now: Date): number {
  const passed = Math.max(0, (now.getTime() - Date.parse(askedFor)) / 1000);
  const whole = passed + Math.max(0, secondsLeft);
  return whole === 0 ? 0 : Math.min(ALMOST, passed / whole);
}

export function duration(seconds: number, t: TFunction): string {
  if (seconds < 90) return t("segmentPage.seconds", { count: Math.max(1, Math.round(seconds)) });
  return t("segmentPage.minutes", { count: Math.round(seconds / 60) });
}
