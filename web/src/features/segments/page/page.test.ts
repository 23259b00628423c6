import type { TFunction } from "i18next";
import { describe, expect, it } from "vitest";
import type { SegmentPurchases, SegmentTimeline } from "@/lib/types";
import { countsOf, definitionOf } from "../compare";
import { shareOf } from "./crowds";
import { isDay, momentOf, today } from "./days";
import { duration } from "./progress";
import { asText, idsOf, tabOf } from "./search";
import { spendRows } from "./spend";
import { intervalOf, lived, untilNow } from "./timeline";

const NOW = new Date("2026-07-15T12:30:00Z");
const t = ((key: string, values: object) => `${key.split(".")[1]} ${Object.values(values ?? {}).join(" ")}`.trim()) as unknown as TFunction;

describe("how long a build takes", () => {
  it("is told in seconds, then in minutes", () => {
    expect([duration(0.2, t), duration(89, t), duration(150, t)]).toEqual(["seconds 1", "seconds 89", "minutes 3"]);
  });
});

describe("the stretch of a chart", () => {
  const month = { start: "2026-06-16T00:00:00.000Z", end: "2026-07-16T00:00:00.000Z" };
  it("begins with the period for an old segment, in days", () => {
    const stretch = lived(month, "2025-01-01T10:00:00Z", NOW);
    expect(stretch).toEqual(month);
    expect(intervalOf(stretch, NOW)).toBe("day");
  });
  it("begins in the hour a young segment was made in, in hours", () => {
    const stretch = lived(month, "2026-07-14T09:41:00Z", NOW);
    expect(stretch.start).toBe("2026-07-14T09:00:00.000Z");
    expect(intervalOf(stretch, NOW)).toBe("hour");
  });
  it("is some hours long even for the youngest", () => {
    expect(lived(month, "2026-07-15T12:29:00Z", NOW).start).toBe("2026-07-15T06:30:00.000Z");
  });
  it("ends now", () => {
    const found = { dates: ["2026-07-15T11:00:00Z", "2026-07-15T12:00:00Z", "2026-07-15T13:00:00Z"], entered: [1, 2, 0], left: [0, 1, 0], totals: [1, 2, 2] };
    expect(untilNow(found as unknown as SegmentTimeline, NOW)).toEqual({
      dates: ["2026-07-15T11:00:00Z", "2026-07-15T12:00:00Z"],
      entered: [1, 2],
      left: [0, 1],
      totals: [1, 2],
    });
  });
});

describe("a day that is asked about", () => {
  it("is its last moment on the account's clock, and of today now", () => {
    expect(momentOf("2026-07-14", "America/New_York", NOW)).toBe("2026-07-15T03:59:59.999Z");
    expect(momentOf("2026-07-15", "America/New_York", NOW)).toBe(NOW.toISOString());
  });
  it("may begin later there than here", () => {
    expect(today("America/New_York", new Date("2026-07-15T02:00:00Z"))).toBe("2026-07-14");
  });
  it("is a date", () => {
    expect([isDay("2026-07-14"), isDay("2026-17-14"), isDay("yesterday"), isDay(undefined)]).toEqual([true, false, false, false]);
  });
});

describe("two segments", () => {
  const pair = { left: "aaa", right: "bbb" };
  it("fall into three parts", () => {
    expect(countsOf({ shared: [[10, 4], [4, 7]] })).toEqual({ onlyLeft: 6, both: 4, onlyRight: 3 });
  });
  it("each of which is a segment", () => {
    const member = (id: string, is: boolean) => ({ conditions: [{ type: "profile-group-membership", is_member: is, group_ids: [id] }] });
    expect(definitionOf("both", pair)).toEqual({ condition_groups: [member("aaa", true), member("bbb", true)] });
    expect(definitionOf("onlyLeft", pair)).toEqual({ condition_groups: [member("aaa", true), member("bbb", false)] });
    expect(definitionOf("onlyRight", pair)).toEqual({ condition_groups: [member("bbb", true), member("aaa", false)] });
  });
  it("have no share of nothing", () => {
    expect([shareOf(1, 4), shareOf(0, 0)]).toEqual([0.25, null]);
  });
});

describe("spending", () => {
  it("shows who bought nothing, and steps without buyers between others", () => {
    const steps = [
      { since: 10, until: 20, buyers: 2 },
      { since: 50, until: null, buyers: 1 },
    ];
    const rows = spendRows({ count: 8, buyers: 3, steps } as unknown as SegmentPurchases, (value) => `$${value}`, t);
    expect(rows).toEqual([
      { name: "stepNothing", count: 5 },
      { name: "stepRange $10 $20", count: 2 },
      { name: "stepRange $20 $50", count: 0 },
      { name: "stepOver $50", count: 1 },
    ]);
  });
});

describe("the address", () => {
  it("names each segment once, and not too many", () => {
    expect(idsOf("a.b.a..c.d", 3)).toEqual(["a", "b", "c"]);
    expect([idsOf(undefined, 3), asText([]), asText(["a", "b"])]).toEqual([[], undefined, "a.b"]);
  });
  it("opens a tab that exists", () => {
    expect([tabOf("history"), tabOf("nonsense"), tabOf(undefined)]).toEqual(["history", "overview", "overview"]);
  });
});
