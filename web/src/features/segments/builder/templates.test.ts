import { describe, expect, it } from "vitest";
import { isReady } from "../draft";
import { finder, missing, TEMPLATE_IDS, TEMPLATES } from "./templates";

const ALL = ["Placed Order", "Opened Email", "Clicked Email", "Received Email", "Viewed Product", "Added to Cart", "Started Checkout", "Active on Site"];
const shop = finder(ALL.map((name) => ({ id: name.toUpperCase(), name })));
const get = (id: string) => TEMPLATES.find((one) => one.id === id) as (typeof TEMPLATES)[number];

describe("templates", () => {
  it("are all there, once", () => {
    expect(TEMPLATES.map((one) => one.id)).toEqual([...TEMPLATE_IDS]);
  });

  it.each(TEMPLATES.map((one) => [one.id, one] as const))("%s is ready to be counted, and names only metrics that are there", (_, template) => {
    const definition = template.build(shop);
    expect(missing(template, shop)).toEqual([]);
    expect(isReady(definition)).toBe(true);
    const few = finder(template.needs.map((name) => ({ id: `id of ${name}`, name })));
    expect(isReady(template.build(few))).toBe(true);
    expect(JSON.stringify(template.build(few))).not.toContain('"metric_id":""');
  });

  it("say which metric is missing", () => {
    const none = finder([]);
    expect(missing(get("cartAbandonment"), none)).toEqual(["Added to Cart", "Placed Order"]);
    expect(missing(get("newSubscribers"), none)).toEqual([]);
  });

  it("find metrics by name in any case, and the first of several", () => {
    const find = finder([
      { id: "a", name: "placed order" },
      { id: "b", name: "Placed Order" },
    ]);
    expect(find("Placed Order")).toBe("a");
    expect(find("Refunded Order")).toBeUndefined();
  });

  it("lapsing leaves no day between those who bought lately and those who bought long ago", () => {
    expect(get("lapsing").build(shop).condition_groups.map((group) => group.conditions[0])).toMatchObject([
      { metric_id: "PLACED ORDER", timeframe_filter: { operator: "between", start: 90, end: 180, unit: "day" } },
      { metric_id: "PLACED ORDER", measurement_filter: { operator: "equals", value: 0 }, timeframe_filter: { operator: "in-the-last", quantity: 89, unit: "day" } },
    ]);
  });
});
