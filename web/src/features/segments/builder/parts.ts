/** Conditions that fit what somebody typed: "placed order 3", "never opened 60 days", "Porto", "newsletter". */
import type { Condition, DateFilter, Filter, Unit } from "@/lib/definition";
import { newCondition } from "../draft";
import { firstFilter, PROPERTY_OPERATORS } from "../operators";
import { COORDINATES, DATES, PLACES, propertyKind, propertyLabel, propertyPath, TEXTS } from "../property-path";
import type { ProfileProperty } from "./profile-properties";
import type { KnownValue } from "./values";

export interface Sources {
  metrics: { id: string; name: string }[];
  groups: { id: string; name: string }[];
  properties: ProfileProperty[];
  values: KnownValue[];
}

export interface Part {
  condition: Condition;
  /** For how many profiles it is known to hold. */
  count?: number;
}

interface Asked {
  words: string[];
  never: boolean;
  times: number | undefined;
  when: DateFilter | undefined;
}

const MOST = 12;
const FRAME = /\b(\d{1,4})\s*(hour|day|week|month|year)s?\b/;
const SPANS: Readonly<Record<string, [Unit, number]>> = { hour: ["hour", 1], day: ["day", 1], week: ["week", 1], month: ["day", 30], year: ["day", 365] };
const FILLERS = new Set(["in", "the", "last", "at", "least", "times", "time", "did", "has", "is", "who", "over", "all", "not", "days", "of", "and", "with"]);

/** What was typed, taken apart: numbers and spans of time say how often and when, the rest says what. */
export function understood(text: string): Asked {
  const lower = text.toLowerCase();
  const span = FRAME.exec(lower);
  const rest = span ? lower.replace(span[0], " ") : lower;
  const number = /\b(\d{1,4})\b/.exec(rest);
  const [unit, factor] = SPANS[span?.[2] ?? ""] ?? ["day", 1];
  const words = rest.split(/[^\p{L}\p{N}$]+/u).filter((word) => word && !FILLERS.has(word) && word !== "never");
  return {
    words,
    never: /\b(never|not)\b/.test(rest),
    times: number ? Number(number[1]) : undefined,
    when: span ? { type: "date", operator: "in-the-last", quantity: Number(span[1]) * factor, unit } : undefined,
  };
}

const fits = (name: string, words: string[]) => {
  const low = name.toLowerCase();
  return words.length > 0 && words.every((word) => low.includes(word));
};

const EVER: DateFilter = { type: "date", operator: "alltime" };
const LATELY: DateFilter = { type: "date", operator: "in-the-last", quantity: 30, unit: "day" };

function did(metric_id: string, operator: string, value: number, timeframe_filter: DateFilter): Condition {
  return { type: "profile-metric", metric_id, measurement: "count", measurement_filter: { type: "numeric", operator, value }, timeframe_filter };
}

function metricParts({ metrics }: Sources, { words, never, times, when }: Asked): Part[] {
  const what = words.filter((word) => !/^\d+$/.test(word));
  return metrics
    .filter((metric) => fits(metric.name, what))
    .flatMap(({ id }) => {
      if (times !== undefined && times > 0) return [did(id, "greater-than-or-equal", times, when ?? EVER)];
      const none = did(id, "equals", 0, when ?? EVER);
      if (never) return [none];
      return when ? [did(id, "greater-than-or-equal", 1, when), none] : [did(id, "greater-than-or-equal", 1, LATELY), did(id, "greater-than-or-equal", 1, EVER), none];
    })
    .map((condition) => ({ condition }));
}

function groupParts({ groups }: Sources, { words, never }: Asked): Part[] {
  return groups
    .filter((group) => fits(group.name, words))
    .map(({ id }) => ({ condition: { type: "profile-group-membership", is_member: !never, group_ids: [id] } }));
}

/** A value that people have, as the condition that asks for it. */
function valuePart({ property, value, profiles }: KnownValue, { properties }: Sources): Part {
  const type = properties.find((one) => one.name === propertyLabel(property))?.type;
  const isList = propertyKind(property) === "custom" && type === "list";
  const filter: Filter = isList ? { type: "list", operator: "contains", value } : { type: "string", operator: "equals", value };
  return { condition: { type: "profile-property", property, filter }, count: profiles };
}

function propertyParts({ properties }: Sources, { words, never, when }: Asked): Part[] {
  const names = [...properties.map((one) => one.name), ...TEXTS.slice(0, -2), ...DATES, ...[...PLACES, ...COORDINATES].map((place) => `location.${place}`)];
  return names
    .filter((name) => fits(name.replaceAll(/[_.]/g, " "), words))
    .map((name) => {
      const property = propertyPath(name);
      const kind = propertyKind(property);
      const isDate = kind === "date" || properties.some((one) => one.name === name && one.type === "date");
      const isNumber = kind === "number" || properties.some((one) => one.name === name && one.type === "number");
      const known: Filter = { type: "existence", operator: never ? "not-set" : "is-set" };
      const filter = isDate && !never ? (when ?? LATELY) : isNumber && !never ? firstFilter("number", PROPERTY_OPERATORS(kind)) : known;
      return { condition: { type: "profile-property", property, filter } };
    });
}

const consent = (channel: "email" | "sms" | "push", can: boolean, subscription: string): Condition => ({
  type: "profile-marketing-consent",
  consent: { channel, can_receive_marketing: can, consent_status: { subscription } },
});

/** What is always there, under the words by which people look for it. */
const FIXED: readonly [string, Condition][] = [
  ["email subscribed consent can receive marketing opt-in", consent("email", true, "subscribed")],
  ["email can receive marketing consent reachable any", consent("email", true, "any")],
  ["email unsubscribed cannot receive consent opt-out", consent("email", false, "unsubscribed")],
  ["email suppressed bounced cannot receive consent", consent("email", false, "any")],
  ["sms text message subscribed consent can receive", consent("sms", true, "subscribed")],
  ["sms text message unsubscribed cannot receive consent", consent("sms", false, "any")],
  ["push mobile app subscribed consent can receive", consent("push", true, "any")],
  ["whatsapp marketing consent subscribed can receive", newCondition("profile-permissions")],
  ["european union europe eu gdpr country region", { type: "profile-region", in_region: true, region: "european_union" }],
  ["united states usa us america country region", { type: "profile-region", in_region: true, region: "united_states" }],
  ["distance near nearby zip postal code miles kilometers store", newCondition("profile-postal-code-distance")],
  ["churn risk prediction predicted", { type: "profile-predictive-analytics", dimension: "churn_probability", filter: { type: "numeric", operator: "greater-than-or-equal", value: 0.5 } }],
  ["lifetime value clv ltv predicted spend prediction", newCondition("profile-predictive-analytics")],
  ["next order purchase expected date prediction predicted", { type: "profile-predictive-analytics", dimension: "expected_date_of_next_purchase", filter: { type: "date", operator: "in-the-next", quantity: 14, unit: "day" } }],
  ["gender female male prediction predicted", { type: "profile-predictive-analytics", dimension: "predicted_gender", filter: { type: "string", operator: "equals", value: "likely_female" } }],
  ["funnel sequence order then steps journey", newCondition("profile-metric-funnel")],
  ["last seen active inactive silent activity", { type: "profile-property", property: "last_event_date", filter: { type: "date", operator: "at-least", quantity: 90, unit: "day" } }],
  ["new profile signed up created recently", { type: "profile-property", property: "created", filter: LATELY }],
];

export function partsFor(text: string, sources: Sources): Part[] {
  const asked = understood(text);
  if (!asked.words.length && !asked.never) return [];
  const values = sources.values.slice(0, 5).map((one) => valuePart(one, sources));
  const fixed = FIXED.filter(([keywords]) => fits(keywords, asked.words)).map(([, condition]) => ({ condition }));
  const metrics = metricParts(sources, asked);
  const found = [...metrics.slice(0, 6), ...values, ...groupParts(sources, asked).slice(0, 4), ...propertyParts(sources, asked).slice(0, 4), ...fixed.slice(0, 4), ...metrics.slice(6)];
  const seen = new Set<string>();
  return found
    .filter(({ condition }) => {
      const key = JSON.stringify(condition);
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, MOST);
}
