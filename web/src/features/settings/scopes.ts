/** What keys and apps can be allowed to do: a right to read or to write for each kind of thing. */
export const FULL = "full";
export const READ_ONLY = "read-only";

export const NOUNS = [
  "accounts",
  "agents",
  "applications",
  "brands",
  "campaigns",
  "catalogs",
  "conversations",
  "coupon-codes",
  "coupons",
  "credentials",
  "custom-objects",
  "data-privacy",
  "events",
  "flows",
  "forms",
  "images",
  "lists",
  "metrics",
  "profiles",
  "push-tokens",
  "reviews",
  "segments",
  "sender-config",
  "subscriptions",
  "tags",
  "templates",
  "tracking-settings",
  "translations",
  "users",
  "web-feeds",
  "webhooks",
];

export type Right = "none" | "read" | "write";

export const spoken = (noun: string): string => noun.replace(/-/g, " ");

/** The right that a list of scopes gives on a kind of thing; whoever may write may read. */
export function rightOn(noun: string, scopes: readonly string[]): Right {
  if (scopes.includes(`${noun}:write`)) return "write";
  return scopes.includes(`${noun}:read`) ? "read" : "none";
}

/** The scopes with another right on one kind of thing. */
export function withRight(scopes: readonly string[], noun: string, right: Right): string[] {
  const others = scopes.filter((scope) => !scope.startsWith(`${noun}:`));
  if (right === "none") return others;
  return [...others, `${noun}:read`, ...(right === "write" ? [`${noun}:write`] : [])].sort();
}

/** What scopes allow, as two lists of things for a person to read. */
export function readable(scopes: readonly string[]): { read: string[]; write: string[] } {
  const nouns = [...new Set(scopes.map((scope) => scope.split(":")[0] ?? ""))].sort();
  return {
    read: nouns.filter((noun) => rightOn(noun, scopes) === "read").map(spoken),
    write: nouns.filter((noun) => rightOn(noun, scopes) === "write").map(spoken),
  };
}
