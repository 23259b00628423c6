import { expect, it } from "vitest";
import { partsOf } from "./health";

it("lists the parts of the server with what ails them", () => {
  const document = { data: { attributes: { status: "degraded", parts: { postgres: { ok: true, milliseconds: 2 }, clickhouse: { ok: false, reason: "refused" } }, log: { live: { accepted: 19, behind: 2 } } } } };
  expect(partsOf(document)).toEqual([
    { name: "postgres", well: true, detail: "2 ms" },
    { name: "clickhouse", well: false, detail: "reason refused" },
    { name: "live lane", well: true, detail: "2 behind · 19 accepted" },
  ]);
});
