import { expect, it } from "vitest";
import { byProperty, lines } from "./aggregate";

const names = { whole: "Events", none: "(not set)", rest: "Others" };
const row = (name: string, ...count: number[]) => ({ dimensions: [name], measurements: { count } });

it("sorts by size, names the unset, and adds up what does not fit", () => {
  const answer = { dates: ["a", "b"], data: [row("x", 1, 0), row("", 5, 5), row('["y","q"]', 2, 2), row("z", 1, 1)] };
  expect(lines(answer, "count", 3, names)).toEqual([
    { name: "(not set)", values: [5, 5], total: 10 },
    { name: "y, q", values: [2, 2], total: 4 },
    { name: "Others (2)", values: [2, 1], total: 3 },
  ]);
});

it("has one line when nothing is grouped", () => {
  expect(lines({ dates: ["a"], data: [{ dimensions: [], measurements: { count: [7] } }] }, "count", 8, names)).toEqual([{ name: "Events", values: [7], total: 7 }]);
});

it("names own properties as such and leaves known facts alone", () => {
  expect(byProperty("Brand")).toBe("properties['Brand']");
  expect(byProperty("$value_currency")).toBe("$value_currency");
});
