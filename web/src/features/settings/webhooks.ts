/** What the pages about webhooks share: queries, and how a webhook does in a word. */
import type { TFunction } from "i18next";
import { api, type Many, type Resource } from "@/lib/api";
import type { WebhookAttributes } from "@/lib/types";
import type { Tone } from "@/ui/status";

export type Webhook = Resource<WebhookAttributes>;
export const HEALTH = { "additional-fields[webhook]": "health" };
const LOOK = 5_000;

export const webhooksQuery = {
  queryKey: ["webhooks"],
  queryFn: () => api.get<Many<WebhookAttributes>>("/api/webhooks", HEALTH),
  refetchInterval: LOOK,
};

export function topicsOf(row: Webhook): string[] {
  const linked = row.relationships?.["webhook-topics"]?.data;
  return Array.isArray(linked) ? linked.map((one) => one.id) : [];
}

export function howIs(row: Webhook, t: TFunction, ago: (at: string) => string): [Tone, string] {
  const { enabled, health } = row.attributes;
  if (!enabled) return [health?.disabled_reason === "by_hand" ? "idle" : "bad", t("webhooks.disabled")];
  if (health?.failing_since) return ["warn", t("webhooks.failing", { when: ago(health.failing_since) })];
  return health?.last_delivered_at ? ["good", t("webhooks.well")] : ["idle", t("webhooks.quiet")];
}

/** Webhooks that ended without anybody's will. */
export const gaveUp = (row: Webhook): boolean => !row.attributes.enabled && ["gone", "kept_failing"].includes(row.attributes.health?.disabled_reason ?? "");

export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, "x");
}
