import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import type { Condition, Definition, MetricCondition } from "@/lib/definition";
import { en } from "@/words/en";
import { conditionText, definitionText } from "./sentence";

const names = {
  metric: (id: string) => ({ m1: "Placed Order" })[id] ?? id,
  group: (id: string) => ({ l1: "Newsletter", l2: "VIP" })[id] ?? id,
  day: (text: string) => text.slice(0, 10),
};
let t: TFunction;
beforeAll(async () => {
  t = await i18next.init({ lng: "en", resources: { en: { translation: en } }, interpolation: { escapeValue: false } });
});

const orders = (change: Partial<MetricCondition> = {}): MetricCondition => ({
  type: "profile-metric",
  metric_id: "m1",
  measurement: "count",
  measurement_filter: { type: "numeric", operator: "greater-than-or-equal", value: 1 },
  timeframe_filter: { type: "date", operator: "in-the-last", quantity: 30, unit: "day" },
  ...change,
});
const times = (operator: string, value: number) => ({ type: "numeric" as const, operator, value });

describe("a condition in words", () => {
  it.each<[string, Condition]>([
    ["did “Placed Order” at least once in the last 30 days", orders()],
    ["did “Placed Order” at least 3 times over all time", orders({ measurement_filter: times("greater-than-or-equal", 3), timeframe_filter: { type: "date", operator: "alltime" } })],
    ["never did “Placed Order” in the last week", orders({ measurement_filter: times("equals", 0), timeframe_filter: { type: "date", operator: "in-the-last", quantity: 1, unit: "week" } })],
    ["did “Placed Order” with a value of at least 500 in all after 2026-01-01", orders({ measurement: "sum", measurement_filter: times("greater-than-or-equal", 500), timeframe_filter: { type: "date", operator: "after", date: "2026-01-01T00:00:00+00:00" } })],
    [
      "did “Placed Order” at least once between 30 and 60 days ago where Brand is “Cedar” and Price at least 10",
      orders({
        timeframe_filter: { type: "date", operator: "between", start: 30, end: 60, unit: "day" },
        metric_filters: [
          { property: "Brand", filter: { type: "string", operator: "equals", value: "Cedar" } },
          { property: "Price", filter: { type: "numeric", operator: "greater-than-or-equal", value: 10 } },
        ],
      }),
    ],
    ["Favourite Category is one of “Camp”, “Tools”", { type: "profile-property", property: "properties['Favourite Category']", filter: { type: "string", operator: "in", value: ["Camp", "Tools"] } }],
    ["first name is set", { type: "profile-property", property: "first_name", filter: { type: "existence", operator: "is-set" } }],
    ["is not in Newsletter or VIP", { type: "profile-group-membership", is_member: false, group_ids: ["l1", "l2"] }],
    ["can receive email, subscribed", { type: "profile-marketing-consent", consent: { channel: "email", can_receive_marketing: true, consent_status: { subscription: "subscribed" } } }],
    ["cannot receive email", { type: "profile-marketing-consent", consent: { channel: "email", can_receive_marketing: false, consent_status: { subscription: "any" } } }],
  ])("%s", (words, condition) => {
    expect(conditionText(condition, names, t)).toBe(words);
  });

  it("names what it cannot read by its type", () => {
    expect(conditionText({ type: "profile-moon" } as unknown as Condition, names, t)).toBe("profile-moon");
  });
});

describe("a definition in words", () => {
  it("joins groups by and, conditions by or, with brackets where they matter", () => {
    const inList: Condition = { type: "profile-group-membership", is_member: true, group_ids: ["l1"] };
    const named: Condition = { type: "profile-property", property: "first_name", filter: { type: "existence", operator: "is-set" } };
    const definition: Definition = { condition_groups: [{ conditions: [orders()] }, { conditions: [inList, named] }] };
    expect(definitionText(definition, names, t)).toBe("did “Placed Order” at least once in the last 30 days and (is in Newsletter or first name is set)");
  });
});
