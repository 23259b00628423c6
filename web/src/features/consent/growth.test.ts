import { expect, test } from "vitest";
import type { ConsentReport } from "@/lib/types";
import { daily } from "./growth";

const told = {
  days: ["2026-05-01", "2026-05-02", "2026-05-03"],
  growth: [
    { day: "2026-05-01", channel: "email.marketing", subscribed: 3, unsubscribed: 1, suppressed: 0 },
    { day: "2026-05-03", channel: "email.marketing", subscribed: 0, unsubscribed: 2, suppressed: 1 },
    { day: "2026-05-03", channel: "sms.marketing", subscribed: 9, unsubscribed: 0, suppressed: 0 },
  ],
} as unknown as ConsentReport;

test("a day without changes is a zero, and other channels do not count", () => {
  expect(daily(told, "email.marketing")).toEqual({ dates: told.days, subscribed: [3, 0, 0], unsubscribed: [1, 0, 2], net: [2, 0, -2] });
});

test("nothing told is nothing shown", () => {
  expect(daily(undefined, "email.marketing").net).toEqual([]);
});
