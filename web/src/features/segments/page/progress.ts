/** How long something will take, as people say it. */
import type { TFunction } from "i18next";

const MINUTES_FROM = 90;

export function duration(seconds: number, t: TFunction): string {
  if (seconds < MINUTES_FROM) return t("segmentPage.seconds", { count: Math.max(1, Math.round(seconds)) });
  return t("segmentPage.minutes", { count: Math.round(seconds / 60) });
}
