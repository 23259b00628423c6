/** Segments that nearly every shop needs, as definitions over the metrics that this one has. */
import type { Condition, DateFilter, Definition } from "@/lib/definition";

/** The id of a metric by its name; nothing if the account has none of that name. */
export type FindMetric = (name: string) => string | undefined;

export interface Template {
  id: TemplateId;
  /** Metrics without which it would say nothing. */
  needs: readonly string[];
  build: (find: FindMetric) => Definition;
}

const ORDER = "Placed Order";
const OPENED = "Opened Email";
const CLICKED = "Clicked Email";
const RECEIVED = "Received Email";
const VIEWED = "Viewed Product";
const CART = "Added to Cart";
const CHECKOUT = "Started Checkout";
const ACTIVE = "Active on Site";

const EVER: DateFilter = { type: "date", operator: "alltime" };
const lately = (quantity: number): DateFilter => ({ type: "date", operator: "in-the-last", quantity, unit: "day" });
const longAgo = (quantity: number): DateFilter => ({ type: "date", operator: "at-least", quantity, unit: "day" });

function did(metric_id: string, operator: string, value: number, timeframe_filter: DateFilter, measurement: "count" | "sum" = "count"): Condition {
  return { type: "profile-metric", metric_id, measurement, measurement_filter: { type: "numeric", operator, value }, timeframe_filter };
}
const once = (metric: string, when: DateFilter) => did(metric, "greater-than-or-equal", 1, when);
const never = (metric: string, when: DateFilter) => did(metric, "equals", 0, when);

const reachable: Condition = { type: "profile-marketing-consent", consent: { channel: "email", can_receive_marketing: true, consent_status: { subscription: "any" } } };
const subscribed = (when?: DateFilter): Condition => ({
  type: "profile-marketing-consent",
  consent: { channel: "email", can_receive_marketing: true, consent_status: { subscription: "subscribed", ...(when && { filters: [{ field: "status_date", filter: when }] }) } },
});
const created = (when: DateFilter): Condition => ({ type: "profile-property", property: "created", filter: when });

/** Conditions in an array are joined by OR, the arrays by AND. */
const all = (...groups: Condition[][]): Definition => ({ condition_groups: groups.map((conditions) => ({ conditions })) });

/** The same of each of the metrics that there are. */
const each = (find: FindMetric, names: string[], make: (metric: string) => Condition): Condition[] => names.flatMap((name) => find(name) ?? []).map(make);

const one = (find: FindMetric, name: string): string => find(name) ?? "";

function engaged(id: TemplateId, days: number): Template {
  return { id, needs: [OPENED], build: (find) => all(each(find, [OPENED, CLICKED, ACTIVE, ORDER], (metric) => once(metric, lately(days))), [reachable]) };
}

function abandoned(id: TemplateId, begun: string, then: readonly string[]): Template {
  return {
    id,
    needs: [begun, ORDER],
    build: (find) => all([once(one(find, begun), lately(7))], ...each(find, [...then, ORDER], (metric) => never(metric, lately(7))).map((condition) => [condition])),
  };
}

export const TEMPLATE_IDS = [
  "engaged30",
  "engaged60",
  "engaged90",
  "unengaged",
  "newSubscribers",
  "neverPurchased",
  "firstPurchase",
  "repeatBuyers",
  "vip",
  "bigSpenders",
  "lapsing",
  "winBack",
  "browseAbandonment",
  "cartAbandonment",
  "checkoutAbandonment",
  "notSeen",
  "smsSubscribers",
  "bounced",
] as const;
export type TemplateId = (typeof TEMPLATE_IDS)[number];

export const TEMPLATES: readonly Template[] = [
  engaged("engaged30", 30),
  engaged("engaged60", 60),
  engaged("engaged90", 90),
  {
    id: "unengaged",
    needs: [RECEIVED, OPENED],
    build: (find) =>
      all(
        [did(one(find, RECEIVED), "greater-than-or-equal", 5, lately(180))],
        ...each(find, [OPENED, CLICKED, ACTIVE, ORDER], (metric) => never(metric, lately(180))).map((condition) => [condition]),
        [created(longAgo(180))],
        [reachable],
      ),
  },
  { id: "newSubscribers", needs: [], build: () => all([subscribed(lately(30))]) },
  { id: "neverPurchased", needs: [ORDER], build: (find) => all([subscribed()], [never(one(find, ORDER), EVER)]) },
  { id: "firstPurchase", needs: [ORDER], build: (find) => all([did(one(find, ORDER), "equals", 1, EVER)], [once(one(find, ORDER), lately(30))]) },
  { id: "repeatBuyers", needs: [ORDER], build: (find) => all([did(one(find, ORDER), "greater-than-or-equal", 2, EVER)]) },
  { id: "vip", needs: [ORDER], build: (find) => all([did(one(find, ORDER), "greater-than-or-equal", 3, lately(365))], [once(one(find, ORDER), lately(90))]) },
  { id: "bigSpenders", needs: [ORDER], build: (find) => all([did(one(find, ORDER), "greater-than-or-equal", 500, lately(365), "sum")]) },
  {
    id: "lapsing",
    needs: [ORDER],
    build: (find) => all([once(one(find, ORDER), { type: "date", operator: "between", start: 90, end: 180, unit: "day" })], [never(one(find, ORDER), lately(89))]),
  },
  { id: "winBack", needs: [ORDER], build: (find) => all([once(one(find, ORDER), EVER)], [never(one(find, ORDER), lately(180))], [reachable]) },
  abandoned("browseAbandonment", VIEWED, [CART, CHECKOUT]),
  abandoned("cartAbandonment", CART, [CHECKOUT]),
  {
    id: "checkoutAbandonment",
    needs: [CHECKOUT, ORDER],
    build: (find) =>
      all([
        {
          type: "profile-metric-funnel",
          steps: [
            { metric_exists: true, metric_id: one(find, CHECKOUT) },
            { metric_exists: false, metric_id: one(find, ORDER) },
          ],
          timeframe_filter: lately(7),
        },
      ]),
  },
  { id: "notSeen", needs: [], build: () => all([{ type: "profile-property", property: "last_event_date", filter: longAgo(180) }]) },
  {
    id: "smsSubscribers",
    needs: [],
    build: () => all([{ type: "profile-marketing-consent", consent: { channel: "sms", can_receive_marketing: true, consent_status: { subscription: "subscribed" } } }]),
  },
  {
    id: "bounced",
    needs: [],
    build: () =>
      all([
        {
          type: "profile-marketing-consent",
          consent: {
            channel: "email",
            can_receive_marketing: false,
            consent_status: { subscription: "any", filters: [{ field: "bounce_date", filter: { type: "existence", operator: "is-set" } }] },
          },
        },
      ]),
  },
];

/** Metrics that a template needs and the account does not have. */
export const missing = (template: Template, find: FindMetric): string[] => template.needs.filter((name) => !find(name));

/** Finds metrics by name; big and small letters are the same. */
export function finder(metrics: { id: string; name: string }[]): FindMetric {
  const byName = new Map(metrics.map((metric) => [metric.name.toLowerCase(), metric.id]).reverse() as [string, string][]);
  return (name) => byName.get(name.toLowerCase());
}
