/** What a private key can be allowed to do. */
export const FULL = "full";

const NOUNS = ["accounts", "campaigns", "events", "lists", "metrics", "profiles", "segments", "subscriptions", "tags", "templates"];

export const SCOPES = NOUNS.flatMap((noun) => [`${noun}:read`, `${noun}:write`]);
