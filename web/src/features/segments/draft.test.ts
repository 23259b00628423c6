import { describe, expect, it } from "vitest";
import type { Filter } from "@/lib/definition";
import { covers } from "./builder/problems";
import { changed, undone, type History } from "./builder/use-history";
import { addCondition, addGroup, countable, countsAt, EMPTY, isReady, misplaced, newCondition, placeOf, removeCondition, setCondition } from "./draft";
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
    ["home › it's", "properties['home']['it's']"],
    ["", ""],
  ])("%s is addressed as %s", (typed, path) => {
    expect(propertyPath(typed)).toBe(path);
    expect(propertyLabel(path)).toBe(typed);
  });
});

describe("counting while building", () => {
  const region = newCondition("profile-region");
  const blank = newCondition("profile-property");
  const half = { condition_groups: [{ conditions: [blank, region] }, { conditions: [blank] }, { conditions: [region, blank] }] };

  it("asks about what is complete and puts the counts where they belong", () => {
    const { definition, places } = countable(half);
    expect(definition).toEqual({ condition_groups: [{ conditions: [region] }, { conditions: [region] }] });
    expect(countsAt(places, [[5], [7]])).toEqual([[undefined, 5], undefined, [7]]);
  });

  it("puts a refusal beside the condition that was asked about, and names the field", () => {
    const { places } = countable(half);
    const problems = [{ detail: "No such place.", source: { pointer: "/data/attributes/definition/condition_groups/1/conditions/0/region" } }];
    expect(misplaced(problems, places)).toEqual({ group: 2, condition: 0, field: "region", text: "No such place." });
    expect(misplaced(problems)).toEqual({ group: 1, condition: 0, field: "region", text: "No such place." });
    expect(misplaced([{ detail: "Too long.", source: { pointer: "/data/attributes/name" } }], places)).toBeUndefined();
  });

  it("takes changes back one by one, typing in a field as one", () => {
    const start: History<{ city: string; unit: string }> = { now: { city: "", unit: "day" }, past: [], at: 0, field: undefined };
    const typed = ["P", "Po", "Porto"].reduce((history, city, index) => changed(history, { ...history.now, city }, 10_000 + index * 100), start);
    const chosen = changed(typed, { ...typed.now, unit: "week" }, 10_400);
    expect(undone(chosen).now).toEqual({ city: "Porto", unit: "day" });
    expect(undone(undone(chosen)).now).toEqual({ city: "", unit: "day" });
    const later = changed(typed, { ...typed.now, city: "Porto Alegre" }, 20_000);
    expect(undone(later).now.city).toBe("Porto");
    expect(undone(start)).toBe(start);
  });

  it("knows which field a refused path lies in", () => {
    expect(covers("metric_filters/1/filter/value", "metric_filters/1/filter/value/0")).toBe(true);
    expect(covers("metric_filters/1", "metric_filters/10/property")).toBe(false);
  });
});
