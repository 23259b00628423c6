/** What a private key can be allowed to do. */
const NOUNS = ["accounts", "campaigns", "events", "lists", "metrics", "profiles", "segments", "subscriptions", "tags", "templates"];

export const SCOPES = NOUNS.flatMap((noun) => (noun === "accounts" ? [`${noun}:read`] : [`${noun}:read`, `${noun}:write`]));
