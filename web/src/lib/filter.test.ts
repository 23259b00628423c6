import { describe, expect, it } from "vitest";
import { anyOf, atLeast, below, both, contains, equals } from "./filter";

describe("filters", () => {
  it("quotes text and escapes quotes and backslashes in it", () => {
    expect(equals("name", 'Ann "the" \\ Lee')).toBe('equals(name,"Ann \\"the\\" \\\\ Lee")');
    expect(contains("search", "o'neil")).toBe('contains(search,"o\'neil")');
  });

  it("writes numbers, truth and moments bare", () => {
    expect(equals("is_active", true)).toBe("equals(is_active,true)");
    expect(atLeast("datetime", new Date("2026-07-15T00:00:00Z"))).toBe("greater-or-equal(datetime,2026-07-15T00:00:00.000Z)");
    expect(below("count", 5)).toBe("less-than(count,5)");
  });

  it("joins what is there and is absent when nothing is", () => {
    expect(both(equals("a", 1), undefined, false, anyOf("b", ["x", "y"]))).toBe('equals(a,1),any(b,["x","y"])');
    expect(both(undefined, "")).toBeUndefined();
  });
});
