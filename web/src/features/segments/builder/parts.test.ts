import { describe, expect, it } from "vitest";
import type { Condition } from "@/lib/definition";
import { partsFor, understood, type Sources } from "./parts";

const shop: Sources = {
  metrics: [
    { id: "m1", name: "Placed Order" },
    { id: "m2", name: "Opened Email" },
  ],
  groups: [{ id: "l1", name: "Newsletter" }],
  properties: [
    { name: "Interests", type: "list", seen: 40 },
    { name: "Loyalty Points", type: "number", seen: 40 },
  ],
  values: [],
};
const first = (text: string, more: Partial<Sources> = {}) => partsFor(text, { ...shop, ...more })[0]?.condition;
const did = (metric_id: string, operator: string, value: number, timeframe_filter: object) =>
  ({ type: "profile-metric", metric_id, measurement: "count", measurement_filter: { type: "numeric", operator, value }, timeframe_filter }) as Condition;
const lately = (quantity: number, unit = "day") => ({ type: "date", operator: "in-the-last", quantity, unit });
const ever = { type: "date", operator: "alltime" };

describe("what somebody types", () => {
  it("is taken apart into what, how often and when", () => {
    expect(understood("Placed order 3 times in the last 2 months")).toEqual({ words: ["placed", "order", "3"], never: false, times: 3, when: lately(60) });
    expect(understood("never opened 12 hours")).toEqual({ words: ["opened"], never: true, times: undefined, when: lately(12, "hour") });
  });

  it.each<[string, Condition]>([
    ["placed order", did("m1", "greater-than-or-equal", 1, lately(30))],
    ["placed order 3", did("m1", "greater-than-or-equal", 3, ever)],
    ["order 2 times in the last 4 weeks", did("m1", "greater-than-or-equal", 2, lately(4, "week"))],
    ["never opened 60 days", did("m2", "equals", 0, lately(60))],
    ["newsletter", { type: "profile-group-membership", is_member: true, group_ids: ["l1"] }],
    ["not in newsletter", { type: "profile-group-membership", is_member: false, group_ids: ["l1"] }],
    ["loyalty", { type: "profile-property", property: "properties['Loyalty Points']", filter: { type: "numeric", operator: "greater-than-or-equal", value: 0 } }],
    ["first name", { type: "profile-property", property: "first_name", filter: { type: "existence", operator: "is-set" } }],
    ["postal", { type: "profile-postal-code-distance", country_code: "US", postal_code: "", unit: "miles", filter: { type: "numeric", operator: "less-than", value: 20 } }],
    ["sms", { type: "profile-marketing-consent", consent: { channel: "sms", can_receive_marketing: true, consent_status: { subscription: "subscribed" } } }],
    ["europe", { type: "profile-region", in_region: true, region: "european_union" }],
  ])("%s", (text, condition) => {
    expect(first(text)).toEqual(condition);
  });

  it("finds values where they occur, and asks lists as lists", () => {
    const values = [
      { property: "location['city']", value: "Porto", profiles: 7 },
      { property: "properties['Interests']", value: "Port wine", profiles: 2 },
    ];
    expect(partsFor("port", { ...shop, values })).toEqual([
      { condition: { type: "profile-property", property: "location['city']", filter: { type: "string", operator: "equals", value: "Porto" } }, count: 7 },
      { condition: { type: "profile-property", property: "properties['Interests']", filter: { type: "list", operator: "contains", value: "Port wine" } }, count: 2 },
    ]);
  });

  it("is answered by nothing when it says nothing", () => {
    expect(partsFor("  ", shop)).toEqual([]);
    expect(partsFor("zzzz", shop)).toEqual([]);
  });
});
