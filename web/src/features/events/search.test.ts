import { expect, it } from "vitest";
import { filterOf } from "./search";

const march = { start: "2026-03-01T00:00:00Z", end: "2026-04-01T00:00:00Z" };
const time = 'greater-or-equal(datetime,2026-03-01T00:00:00.000Z),less-than(datetime,2026-04-01T00:00:00.000Z)';

it("asks for a metric, a property and its value", () => {
  const search = { metric: "abc", property: 'My "size"', operator: "greater-than", value: "7", text: "hat" };
  expect(filterOf(search, march)).toBe(`equals(metric_id,"abc"),${time},equals(property,"My \\"size\\""),greater-than(value,"7"),contains(text,"hat")`);
});

it("leaves out what needs a metric or a person where there is neither", () => {
  expect(filterOf({ property: "Size", value: "7", text: "hat" }, march)).toBe(time);
  expect(filterOf({ text: "hat" }, march, "01P")).toBe(`equals(profile_id,"01P"),${time},contains(text,"hat")`);
});
