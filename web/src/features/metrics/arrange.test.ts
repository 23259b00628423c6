import { expect, it } from "vitest";
import type { Resource } from "@/lib/api";
import type { MetricOverview } from "@/lib/types";
import { arranged } from "./arrange";

const row = (name: string, last_30_days: number, is_starred = false) =>
  ({ type: "metric-overview", id: name, attributes: { name, last_30_days, is_starred, total: last_30_days, last_seen: null } }) as unknown as Resource<MetricOverview>;
const rows = [row("Viewed", 9), row("Ordered", 3, true), row("Asked", 0), row("Bought", 3)];
const names = (change: object) => arranged(rows, { text: "", shown: "all", sort: "-last_30_days", ...change }).map((one) => one.id);

it("puts starred metrics first, then what happens most", () => {
  expect(names({})).toEqual(["Ordered", "Viewed", "Bought", "Asked"]);
  expect(names({ sort: "name" })).toEqual(["Ordered", "Asked", "Bought", "Viewed"]);
});

it("shows what is asked for", () => {
  expect(names({ shown: "starred" })).toEqual(["Ordered"]);
  expect(names({ shown: "active", sort: "last_30_days" })).toEqual(["Ordered", "Bought", "Viewed"]);
  expect(names({ text: "OUGHT" })).toEqual(["Bought"]);
});
