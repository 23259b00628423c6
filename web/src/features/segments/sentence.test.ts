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
    ["phone number is a number of “DE”, “AT”", { type: "profile-property", property: "phone_number", filter: { type: "string", operator: "phone-country-code-in", value: ["DE", "AT"] } }],
    ["city is not set", { type: "profile-property", property: "location['city']", filter: { type: "string", operator: "equals", value: null } }],
    ["Tags has a list of at least 2 elements", { type: "profile-property", property: "properties['Tags']", filter: { type: "list", operator: "length-greater-than-or-equal", value: 2 } }],
    ["Birthday has its anniversary this month", { type: "profile-property", property: "properties['Birthday']", filter: { type: "date", operator: "anniversary-month" } }],
    ["Birthday in June of any year", { type: "profile-property", property: "properties['Birthday']", filter: { type: "date", operator: "calendar-month", value: 6 } }],
    ["Birthday with its anniversary in the next 7 days", { type: "profile-property", property: "properties['Birthday']", filter: { type: "date", operator: "anniversary-next", quantity: 7, unit: "day" } }],
    ["last event date at least 180 days ago", { type: "profile-property", property: "last_event_date", filter: { type: "date", operator: "at-least", quantity: 180, unit: "day" } }],
    ["is in VIP, joined in the last 3 days", { type: "profile-group-membership", is_member: true, group_ids: ["l2"], timeframe_filter: { type: "date", operator: "in-the-last", quantity: 3, unit: "day" } }],
    [
      "did “Placed Order” where Price more than 10, then did not do “m2”, all of it in the last 7 days and within a day",
      {
        type: "profile-metric-funnel",
        steps: [
          { metric_exists: true, metric_id: "m1", metric_filters: [{ property: "Price", filter: times("greater-than", 10) }] },
          { metric_exists: false, metric_id: "m2" },
        ],
        timeframe_filter: { type: "date", operator: "in-the-last", quantity: 7, unit: "day" },
        completion_window_seconds: "DAYS_1",
      },
    ],
    [
      "can receive email, subscribed, said so in the last 30 days, by a form that is one of “F1”, by double opt-in",
      {
        type: "profile-marketing-consent",
        consent: {
          channel: "email",
          can_receive_marketing: true,
          consent_status: {
            subscription: "subscribed",
            filters: [
              { field: "status_date", filter: { type: "date", operator: "in-the-last", quantity: 30, unit: "day" } },
              { field: "method", method: "form", filter: { type: "string", operator: "in", value: ["F1"] } },
              { field: "is_double_opt_in", filter: { type: "boolean", operator: "equals", value: true } },
            ],
          },
        },
      },
    ],
    [
      "cannot receive email, bounced before 2026-02-01, suppressed by hand",
      {
        type: "profile-marketing-consent",
        consent: {
          channel: "email",
          can_receive_marketing: false,
          consent_status: {
            subscription: "any",
            filters: [
              { field: "bounce_date", filter: { type: "date", operator: "before", date: "2026-02-01T00:00:00Z" } },
              { field: "manual_suppression_date", filter: { type: "existence", operator: "is-set" } },
            ],
          },
        },
      },
    ],
    ["can receive SMS, subscribed, has a device for RCS", { type: "profile-marketing-consent", consent: { channel: "sms", can_receive_marketing: true, consent_status: { subscription: "subscribed", filters: [{ field: "is_rcs_capable", filter: { type: "boolean", operator: "equals", value: true } }] } } }],
    ["cannot receive push", { type: "profile-marketing-consent", consent: { channel: "push", can_receive_marketing: false, consent_status: { subscription: "any" } } }],
    ["said that they want WhatsApp marketing, by WooCommerce", { type: "profile-permissions", channel: "whatsapp_marketing", permission: { reachable_status: "explicitly_reachable", filters: [{ field: "subscribe_method", method: "woocommerce" }] } }],
    ["is not in the European Union", { type: "profile-region", in_region: false, region: "european_union" }],
    ["lives less than 20 miles from 02108, US", { type: "profile-postal-code-distance", country_code: "us", postal_code: "02108", unit: "miles", filter: { type: "numeric", operator: "less-than", value: 20 } }],
    ["risk of churn at least 0.5", { type: "profile-predictive-analytics", dimension: "churn_probability", filter: times("greater-than-or-equal", 0.5) }],
    ["the next order is expected in the next 14 days", { type: "profile-predictive-analytics", dimension: "expected_date_of_next_purchase", filter: { type: "date", operator: "in-the-next", quantity: 14, unit: "day" } }],
    ["predicted gender is not likely female", { type: "profile-predictive-analytics", dimension: "predicted_gender", filter: { type: "string", operator: "not-equals", value: "likely_female" } }],
    ["affinity for SMS is high", { type: "profile-predictive-analytics", dimension: "channel_affinity", measurement: "rank", predicted_channel: "sms", filter: { type: "string", operator: "equals", value: "high" } }],
    ["priority of email exactly 1", { type: "profile-predictive-analytics", dimension: "channel_affinity", measurement: "priority", predicted_channel: "email", filter: times("equals", 1) }],
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
