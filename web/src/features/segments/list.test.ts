import { describe, expect, it } from "vitest";
import type { Resource } from "@/lib/api";
import type { SegmentAttributes } from "@/lib/types";
import { filterOf, shown } from "./list";

const segment = (name: string, facts: Partial<SegmentAttributes> = {}) =>
  ({ type: "segment", id: name, attributes: { name, summary: "", is_starred: false, is_active: true, updated: "2026-01-01T00:00:00Z", ...facts } }) as Resource<SegmentAttributes>;

const ROWS = [
  segment("Win-back", { summary: "Everyone who has not done “Placed Order”.", updated: "2026-03-01T00:00:00Z" }),
  segment("VIP", { is_starred: true, summary: "Everyone who has done “Placed Order” at least 3 times." }),
  segment("Bostonians", { is_active: false, updated: "2026-02-01T00:00:00Z" }),
];
const names = (...[search]: [Parameters<typeof shown>[1]]) => shown([...ROWS], search).map((row) => row.id);

describe("the list of segments", () => {
  it("begins with the starred ones, by name", () => {
    expect(names({})).toEqual(["VIP", "Bostonians", "Win-back"]);
  });
  it("finds words of names and of conditions", () => {
    expect(names({ search: "placed order" })).toEqual(["VIP", "Win-back"]);
    expect(names({ search: "win  ORDER" })).toEqual(["Win-back"]);
    expect(names({ search: "nobody" })).toEqual([]);
  });
  it("shows some of them only", () => {
    expect([names({ only: "starred" }), names({ only: "paused" }), names({ only: "live" })]).toEqual([["VIP"], ["Bostonians"], ["VIP", "Win-back"]]);
    expect(filterOf("nonsense")).toBe("all");
  });
  it("is sorted as somebody wishes", () => {
    expect(names({ sort: "-updated" })).toEqual(["Win-back", "Bostonians", "VIP"]);
    expect(names({ sort: "-name" })).toEqual(["Win-back", "VIP", "Bostonians"]);
  });
});
