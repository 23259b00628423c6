import { describe, expect, it } from "vitest";
import { changed, changedProperties, patchOf, PLACES, problemsOf, retyped, rowsOf, STANDARD, textOf, typeOf, valueOf, type PropertyRow, type PropertyType } from "./property-values";

function row(type: PropertyType, text: string, name = "p", key = 0): PropertyRow {
  return { key, name, type, text };
}

describe("property values", () => {
  it.each<[unknown, PropertyType]>([
    ["plain", "text"],
    ["007", "text"],
    [null, "text"],
    [12.5, "number"],
    [false, "boolean"],
    ["2026-05-06", "date"],
    ["2026-05-06T10:00:00+02:00", "date"],
    ["2026-02-31", "text"],
    [["a", 1], "list"],
    [[], "list"],
    [["two\nlines"], "json"],
    [[{ a: 1 }], "json"],
    [{ a: 1 }, "json"],
  ])("%j is of type %s", (value, type) => {
    expect(typeOf(value)).toBe(type);
  });

  it.each([["plain"], ["007"], [" spaces "], [12], [-1.5], [1e21], [true], ["2026-05-06"], ["2026-05-06T10:00:00Z"], [["red", "1", 1, "\"q\""]], [["007"]], [{ a: [1] }], [[null]]])(
    "%j comes back the same from its text",
    (value) => {
      expect(valueOf(row(typeOf(value), textOf(value)))).toEqual(value);
    },
  );

  it("says what is wrong with each row", () => {
    const rows = [row("number", "1,5", "a", 1), row("date", "2026-13-01", "b", 2), row("json", "{", "c", 3), row("text", "", " ", 4), row("text", "", "a", 5), row("list", "", "d", 6)];
    expect([...problemsOf(rows)]).toEqual([
      [1, "notANumber"],
      [2, "notADate"],
      [3, "notJson"],
      [4, "nameless"],
      [5, "twice"],
    ]);
  });

  it("keeps of a text what another type can read", () => {
    expect(retyped(row("text", "12"), "number").text).toBe("12");
    expect(retyped(row("text", "a dozen"), "number").text).toBe("");
    expect(retyped(row("text", "Yes"), "boolean").text).toBe("true");
    expect(retyped(row("date", "2026-05-06"), "text").text).toBe("2026-05-06");
    expect(valueOf(retyped(row("list", "a\n2"), "json"))).toEqual(["a", 2]);
  });

  it("sends only fields that changed, and null for emptied ones", () => {
    expect(changed(STANDARD, { email: "a@x.test", first_name: "Ann", external_id: "12" }, { email: "a@x.test", first_name: "", external_id: "12", title: "Dr" })).toEqual({
      first_name: null,
      title: "Dr",
    });
    expect(changed(PLACES, { city: "Rome", latitude: 41.9 }, { city: "Oslo", latitude: "41.9" })).toEqual({ city: "Oslo" });
  });

  it("sends only properties that changed, and unsets those that were removed or renamed", () => {
    const before = rowsOf({ vip: true, age: 41, colour: "red", size: "M" });
    const after = [before[0]!, { ...before[1]!, text: "42" }, { ...before[2]!, name: "color" }];
    expect(changedProperties(before, after)).toEqual({ set: { age: 42, color: "red" }, unset: ["colour", "size"] });
  });

  it("makes one document of it all, and none of nothing", () => {
    const person = { first_name: "Ann", location: { city: "Rome" }, properties: { vip: true } };
    const before = rowsOf(person.properties);
    expect(patchOf("1", person, { standard: { first_name: "Ann" }, places: { city: "Rome" }, before, after: before })).toBeUndefined();
    expect(patchOf("1", person, { standard: { first_name: "Ann" }, places: { city: "" }, before, after: [] })).toEqual({
      data: { type: "profile", id: "1", attributes: { location: { city: null } }, meta: { patch_properties: { unset: ["vip"] } } },
    });
  });
});
