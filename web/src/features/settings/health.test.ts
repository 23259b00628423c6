import { expect, it } from "vitest";
import { partsOf } from "./health";

it("lists the parts of the server with what ails them", () => {
  const document = { data: { attributes: { status: "degraded", parts: { postgres: { ok: true, milliseconds: 2 }, clickhouse: { ok: false, reason: "refused" } } } } };
  expect(partsOf(document)).toEqual([
    { name: "postgres", well: true, detail: "milliseconds 2" },
    { name: "clickhouse", well: false, detail: "reason refused" },
  ]);
});
