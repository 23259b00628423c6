import { expect, it } from "vitest";
import { emptyCondition, emptyGroup, isComplete, operatorOf, OPERATORS, withOperator, type Condition } from "./conditions";

const operator = (key: string) => OPERATORS.find((one) => one.key === key)!;
const filter = (value: object) => value as Condition["filter"];

it("keeps the value where the next operator can take it", () => {
  const text = filter({ type: "string", operator: "equals", value: "7" });
  expect(withOperator(text, operator("string_in"))).toEqual({ type: "string", operator: "in", value: ["7"] });
  expect(withOperator(text, operator("numeric_less-than"))).toEqual({ type: "numeric", operator: "less-than", value: 7 });
  expect(withOperator(text, operator("existence_is-set"))).toEqual({ type: "existence", operator: "is-set" });
  expect(withOperator(text, operator("boolean_false"))).toEqual({ type: "boolean", operator: "equals", value: false });
  expect(withOperator(filter({ type: "string", operator: "in", value: ["a", "b"] }), operator("string_equals"))).toEqual({ type: "string", operator: "equals", value: "a" });
});

it("finds each operator again, and none for what only the API can say", () => {
  for (const one of OPERATORS) expect(operatorOf(withOperator(emptyCondition().filter, one))).toBe(one);
  expect(operatorOf(filter({ type: "string", operator: "regex", value: "x" }))).toBeUndefined();
});

it("knows what is missing", () => {
  const group = { ...emptyGroup(), metric_id: "abc" };
  expect(isComplete("Sales", [group])).toBe(true);
  expect(isComplete(" ", [group])).toBe(false);
  expect(isComplete("Sales", [emptyGroup()])).toBe(false);
  expect(isComplete("Sales", [{ ...group, metric_filters: [emptyCondition()] }])).toBe(false);
});
