import { describe, expect, it } from "vitest";
import { change, makeFormats, NOTHING, personLabel, relative } from "./format";

const berlin = makeFormats("Europe/Berlin", "EUR");

describe("formats", () => {
  it("writes money in the account's currency, and in another when told", () => {
    expect(berlin.money(8911407.9)).toBe("€8,911,407.90");
    expect(berlin.money(12, "USD")).toBe("$12.00");
    expect(berlin.moneyShort(15300)).toBe("€15.3K");
  });

  it("shows a dash for what is not known, but zero for zero", () => {
    expect(berlin.money(null)).toBe(NOTHING);
    expect(berlin.number(undefined)).toBe(NOTHING);
    expect(berlin.percent(0)).toBe("0%");
    expect(berlin.moment("nonsense")).toBe(NOTHING);
  });

  it("tells the time of the account's zone, also across the change to summer time", () => {
    expect(berlin.moment("2026-03-29T00:30:00Z")).toBe("Mar 29, 2026, 01:30");
    expect(berlin.moment("2026-03-29T01:30:00Z")).toBe("Mar 29, 2026, 03:30");
  });

  it("keeps the exact instant for those who ask", () => {
    expect(berlin.exact("2026-07-15T12:00:00+02:00")).toBe("2026-07-15T10:00:00.000Z (Europe/Berlin)");
  });

  it.each([
    ["2026-01-01T11:59:58Z", "now"],
    ["2026-01-01T11:59:30Z", "30 seconds ago"],
    ["2026-01-01T11:00:00Z", "1 hour ago"],
    ["2025-12-31T11:00:00Z", "yesterday"],
    ["2026-01-02T13:00:00Z", "tomorrow"],
  ])("says %s as %s", (value, words) => {
    expect(relative(new Date(value), new Date("2026-01-01T12:00:00Z"), "en")).toBe(words);
  });

  it("compares with nothing by saying nothing", () => {
    expect(change(10, 0)).toBeUndefined();
    expect(change(150, 100)).toBe(0.5);
    expect(change(50, 100)).toBe(-0.5);
  });

  it("calls people by the best thing known of them", () => {
    expect(personLabel({ first_name: "Ann", last_name: "Lee", email: "a@x.test" })).toBe("Ann Lee");
    expect(personLabel({ email: "a@x.test" })).toBe("a@x.test");
    expect(personLabel({}, "01ABC")).toBe("01ABC");
  });
});
