import { describe, expect, it } from "vitest";
import type { Filter } from "@/lib/definition";
import { addCondition, addGroup, EMPTY, isReady, newCondition, placeOf, removeCondition, setCondition } from "./draft";
import { dateFilterFor, EVENT_OPERATORS, filterFor, operatorOf, PROPERTY_OPERATORS, type Operator } from "./operators";
import { propertyLabel, propertyPath } from "./property-path";

describe("building a definition", () => {
  it("adds or-conditions to a group and and-groups to the whole, and drops what is emptied", () => {
    const two = addCondition(EMPTY, 0, newCondition("profile-property"));
    expect(two.condition_groups[0]?.conditions.map((one) => one.type)).toEqual(["profile-metric", "profile-property"]);
    const wide = addGroup(two);
    expect(wide.condition_groups).toHaveLength(2);
    expect(removeCondition(wide, 1, 0)).toEqual(two);
    expect(EMPTY.condition_groups[0]?.conditions).toHaveLength(1);
  });

  it("asks the server only when every condition says enough", () => {
    expect(isReady(EMPTY)).toBe(false);
    const metric = { ...newCondition("profile-metric"), metric_id: "m1" } as ReturnType<typeof newCondition>;
    expect(isReady(setCondition(EMPTY, 0, 0, metric))).toBe(true);
    expect(isReady(addGroup(setCondition(EMPTY, 0, 0, metric)))).toBe(false);
    expect(isReady({ condition_groups: [] })).toBe(false);
    expect(isReady({ condition_groups: [{ conditions: [newCondition("profile-marketing-consent")] }] })).toBe(true);
  });

  it("finds the condition a refusal points at", () => {
    expect(placeOf("/data/attributes/definition/condition_groups/1/conditions/2/metric_id")).toEqual({ group: 1, condition: 2, field: "metric_id" });
    expect(placeOf("/data/attributes/name")).toBeUndefined();
  });
});

describe("operators", () => {
  it("keeps the value while it fits and starts anew when it does not", () => {
    const text: Filter = { type: "string", operator: "equals", value: "Camp" };
    const choose = (key: string) => PROPERTY_OPERATORS("custom").find((item) => item.key === key) as Operator;
    expect(filterFor(choose("string:contains"), text)).toEqual({ type: "string", operator: "contains", value: "Camp" });
    expect(filterFor(choose("string:in"), text)).toEqual({ type: "string", operator: "in", value: ["Camp"] });
    expect(filterFor(choose("numeric:equals"), text)).toEqual({ type: "numeric", operator: "equals", value: 0 });
    expect(filterFor(choose("boolean:equals:false"), text)).toEqual({ type: "boolean", operator: "equals", value: false });
    expect(filterFor(choose("existence:is-set"), text)).toEqual({ type: "existence", operator: "is-set" });
    expect(filterFor(choose("date:in-the-last"), text)).toEqual({ type: "date", operator: "in-the-last", quantity: 30, unit: "day" });
  });

  it("reads back which operator a filter has", () => {
    expect(operatorOf({ type: "boolean", operator: "equals", value: false }, EVENT_OPERATORS)?.key).toBe("boolean:equals:false");
    expect(operatorOf({ type: "string", operator: "equals", value: null }, EVENT_OPERATORS)?.key).toBe("existence:not-set");
    expect(operatorOf({ type: "list", operator: "contains", value: "x" }, EVENT_OPERATORS)?.key).toBe("list:contains");
  });

  it("changes the timeframe and keeps the unit", () => {
    expect(dateFilterFor("between", { type: "date", operator: "in-the-last", quantity: 2, unit: "week" })).toEqual({ type: "date", operator: "between", start: 30, end: 60, unit: "week" });
    expect(dateFilterFor("alltime", { type: "date", operator: "in-the-last", quantity: 2, unit: "week" })).toEqual({ type: "date", operator: "alltime" });
  });
});

describe("property names", () => {
  it.each([
    ["first_name", "first_name"],
    ["location.city", "location['city']"],
    ["Favourite Category", "properties['Favourite Category']"],
    ["", ""],
  ])("%s is addressed as %s", (typed, path) => {
    expect(propertyPath(typed)).toBe(path);
    expect(propertyLabel(path)).toBe(typed);
  });
});
