import { describe, expect, it } from "vitest";
import { isProperty, targets, withRule } from "./targets";

const mapping = { columns: [{ column: "Email", target: "email" }, { column: "Shoe size" }] };

describe("withRule", () => {
  it("calls a property as its column until somebody gives it a name", () => {
    const next = withRule(mapping, "Shoe size", { target: "property" });
    expect(next.columns?.[1]).toEqual({ column: "Shoe size", target: "property", name: "Shoe size", type: "text" });
    expect(withRule(next, "Shoe size", { name: "Size" }).columns?.[1]?.name).toBe("Size");
  });

  it("forgets a property's name with the property", () => {
    const next = withRule(withRule(mapping, "Shoe size", { target: "property" }), "Shoe size", { target: "title" });
    expect(next.columns?.[1]).toEqual({ column: "Shoe size", target: "title" });
  });

  it("leaves the other columns as they are", () => {
    expect(withRule(mapping, "Shoe size", { target: "title" }).columns?.[0]).toBe(mapping.columns[0]);
  });
});

describe("targets", () => {
  it("offers consent for people and a date for events", () => {
    const values = (kind: string) => targets(kind).flatMap((group) => group.items.map((item) => item.value));
    expect(values("profiles")).toContain("consent:email.marketing");
    expect(values("profiles")).not.toContain("event.time");
    expect(values("events")).toContain("event.time");
    expect(isProperty({ column: "x", target: "event.property" })).toBe(true);
  });
});
