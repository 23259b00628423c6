/** Whatever the API takes can be opened, said in words, and given back as it was: over the cases that define what segments mean. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import i18next, { type TFunction } from "i18next";
import { beforeAll, describe, expect, it } from "vitest";
import type { Condition, DateFilter, Definition, Filter } from "@/lib/definition";
import { en } from "@/words/en";
import { countable, isComplete, isReady, setCondition } from "../draft";
import { consentFields, consentMethods, PERMISSION_FIELDS, PERMISSION_METHODS, subscriptions } from "../methods";
import { DATE_TESTS, EVENT_OPERATORS, filterFor, FUNNEL_FRAMES, JOIN_FRAMES, METRIC_FRAMES, offered, operatorOf, PROPERTY_OPERATORS, type DateOperator } from "../operators";
import { propertyKind, propertyLabel, propertyPath } from "../property-path";
import { conditionText, definitionText } from "../sentence";

const CASES = fileURLToPath(new URL("../../../../../cairn/domains/segments/tests/cases/", import.meta.url));
interface Case {
  case: string;
  conditions?: Condition[][];
  /** Instead of conditions: the time frame of one that asks for an order. */
  metric?: Partial<DateFilter>;
}

const ordered = (frame: Partial<DateFilter>): Condition => ({
  type: "profile-metric",
  metric_id: "Orderd",
  measurement: "count",
  measurement_filter: { type: "numeric", operator: "greater-than", value: 0 },
  timeframe_filter: { type: "date", ...frame } as DateFilter,
});

const cases: [string, Definition][] = readdirSync(CASES)
  .filter((file) => file.endsWith(".json"))
  .flatMap((file) => JSON.parse(readFileSync(CASES + file, "utf8")) as Case[])
  .map((one) => [one.case, { condition_groups: (one.conditions ?? [[ordered(one.metric ?? {})]]).map((group) => ({ conditions: group })) }]);
const conditions = cases.flatMap(([name, definition]) => definition.condition_groups.flatMap((group) => group.conditions.map((one): [string, Condition] => [name, one])));

const names = { metric: (id: string) => id, group: (id: string) => id, day: (text: string) => text.slice(0, 10) };
let t: TFunction;
beforeAll(async () => {
  t = await i18next.init({ lng: "en", resources: { en: { translation: en } }, interpolation: { escapeValue: false } });
});

/** The operators that the builder offers for each filter of a condition, with the filter. */
function filtersOf(condition: Condition): [Filter, readonly string[]][] {
  const keys = (operators: { key: string }[]) => operators.map((one) => one.key);
  const frame = (operators: readonly DateOperator[]) => operators.map((one) => `date:${one}`);
  const events = (filters: { filter: Filter }[] | null | undefined) => (filters ?? []).map(({ filter }): [Filter, string[]] => [filter, keys(EVENT_OPERATORS)]);
  switch (condition.type) {
    case "profile-property":
      return [[condition.filter, keys(offered(condition.filter, PROPERTY_OPERATORS(propertyKind(condition.property))))]];
    case "profile-metric":
      return [[condition.timeframe_filter, frame(METRIC_FRAMES)], ...events(condition.metric_filters)];
    case "profile-metric-funnel":
      return [[condition.timeframe_filter, frame(FUNNEL_FRAMES)], ...condition.steps.flatMap((step) => events(step.metric_filters))];
    case "profile-group-membership":
      return condition.timeframe_filter ? [[condition.timeframe_filter, frame(JOIN_FRAMES)]] : [];
    case "profile-marketing-consent":
      return (condition.consent.consent_status.filters ?? []).flatMap(({ filter }) => (filter?.type === "date" ? [[filter, frame(DATE_TESTS)] as [Filter, string[]]] : []));
    default:
      return [];
  }
}

it("knows cases of every kind that the builder shows", () => {
  expect([...new Set(conditions.map(([, one]) => one.type))].sort()).toEqual([
    "profile-group-membership",
    "profile-marketing-consent",
    "profile-metric",
    "profile-metric-funnel",
    "profile-permissions",
    "profile-postal-code-distance",
    "profile-predictive-analytics",
    "profile-property",
    "profile-region",
  ]);
});

describe("a condition that the API made", () => {
  it.each(conditions)("%s: is complete, and every choice in it is among those offered", (_, condition) => {
    expect(isComplete(condition)).toBe(true);
    for (const [filter, among] of filtersOf(condition)) expect(among).toContain(filter.type === "date" ? `date:${filter.operator}` : operatorOf(filter, [])?.key);
  });

  it.each(conditions)("%s: is said in words, with nothing unsaid", (_, condition) => {
    const words = conditionText(condition, names, t);
    expect(words).not.toMatch(/sentence\.|consentMethod\.|undefined|null|\[object|\{\{|profile-/);
    expect(words.length).toBeGreaterThan(5);
  });

  it.each(conditions)("%s: choosing what is chosen already changes nothing", (_, condition) => {
    for (const [filter] of filtersOf(condition)) {
      const chosen = operatorOf(filter, []);
      if (chosen && chosen.kind !== "date" && !("value" in filter && filter.value === null)) expect(filterFor(chosen, filter)).toEqual(filter);
    }
    if (condition.type === "profile-property") expect(propertyPath(propertyLabel(condition.property))).toBe(condition.property);
  });

  it("has a channel, standing, method and field of consent that can be chosen", () => {
    for (const [, condition] of conditions) {
      if (condition.type === "profile-permissions") {
        for (const { field, method } of condition.permission.filters ?? []) {
          expect(PERMISSION_FIELDS).toContain(field);
          if (method) expect(Object.keys(PERMISSION_METHODS)).toContain(method);
        }
      }
      if (condition.type !== "profile-marketing-consent") continue;
      const { channel, can_receive_marketing: can, consent_status: status } = condition.consent;
      expect(subscriptions(channel, can)).toContain(status.subscription);
      for (const { field, method } of status.filters ?? []) {
        expect(consentFields(channel, can, status.subscription)).toContain(field);
        if (method) expect(Object.keys(consentMethods(channel, can))).toContain(method);
      }
    }
  });
});

describe("a definition that the API made", () => {
  it.each(cases)("%s: is the same after an edit that changes nothing", (_, definition) => {
    const before = JSON.stringify(definition);
    definition.condition_groups.forEach((group, at) =>
      group.conditions.forEach((condition, index) => {
        expect(JSON.stringify(setCondition(definition, at, index, { ...condition }))).toBe(before);
      }),
    );
    expect(JSON.stringify(countable(definition).definition)).toBe(before);
    expect(isReady(definition)).toBe(true);
    expect(definitionText(definition, names, t)).not.toBe("");
  });

  it("keeps what the builder does not know when something beside it is edited", () => {
    const strange = { type: "profile-of-the-future", moon: { phase: 3 } } as unknown as Condition;
    const region: Condition = { type: "profile-region", in_region: true, region: "european_union" };
    const definition = { condition_groups: [{ conditions: [strange, region], note: "kept" }], version: 2 } as unknown as Definition;
    const edited = setCondition(definition, 0, 1, { ...region, in_region: false });
    expect(edited).toEqual({ condition_groups: [{ conditions: [strange, { ...region, in_region: false }], note: "kept" }], version: 2 });
    expect(isReady(edited)).toBe(true);
    expect(conditionText(strange, names, t)).toBe("profile-of-the-future");
  });

  it("keeps conditions on objects, and says them", () => {
    const objects: Condition = {
      type: "profile-has-custom-object",
      object_type_id: "Pets",
      object_type_relationship_id: "Owner",
      filter: { type: "numeric", operator: "greater-than-or-equal", value: 1 },
      filters: [{ property_id: 7, filter: { type: "string", operator: "equals", value: "cat" } }],
    };
    expect(isComplete(objects)).toBe(true);
    expect(conditionText(objects, names, t)).toBe("has at least 1 objects of the type Pets (relationship Owner) where property 7 is “cat”");
  });
});
