import { describe, expect, it } from "vitest";
import { days, instantOf, lengthInDays, preset, suitableInterval, tick, tomorrowMorning } from "./period";

const now = new Date("2026-11-22T03:00:00Z");

describe("periods", () => {
  it("ends with the account's today, which may be another day than here", () => {
    expect(preset("today", "America/New_York", now)).toEqual({ start: "2026-11-21T05:00:00.000Z", end: "2026-11-22T05:00:00.000Z" });
    expect(preset("7d", "Asia/Tokyo", now)).toEqual({ start: "2026-11-15T15:00:00.000Z", end: "2026-11-22T15:00:00.000Z" });
  });

  it("counts both named days", () => {
    expect(days("2026-01-01", "2026-01-31", "UTC")).toEqual({ start: "2026-01-01T00:00:00.000Z", end: "2026-02-01T00:00:00.000Z" });
  });

  it("keeps midnight at midnight when the clocks change", () => {
    const period = days("2026-03-28", "2026-03-29", "Europe/Berlin");
    expect(period).toEqual({ start: "2026-03-27T23:00:00.000Z", end: "2026-03-29T22:00:00.000Z" });
    expect(lengthInDays(period)).toBeCloseTo(47 / 24);
  });

  it("chooses an interval that can be read", () => {
    expect(suitableInterval(preset("today", "UTC", now))).toBe("hour");
    expect(suitableInterval(preset("30d", "UTC", now))).toBe("day");
    expect(suitableInterval(preset("365d", "UTC", now))).toBe("week");
  });

  it("labels the axis in the account's zone", () => {
    expect(tick("2026-01-01T23:30:00Z", "day", "Europe/Berlin")).toBe("Jan 2");
    expect(tick("2026-01-15T00:00:00Z", "month", "UTC")).toBe("Jan 2026");
  });

  it("plans for the account's clock, in winter and in summer", () => {
    expect(tomorrowMorning("America/New_York", now)).toBe("2026-11-22T09:00");
    expect(instantOf("2026-11-22T09:00", "America/New_York")).toBe("2026-11-22T14:00:00.000Z");
    expect(instantOf("2026-07-01T09:00", "America/New_York")).toBe("2026-07-01T13:00:00.000Z");
  });
});
