import { expect, it } from "vitest";
import { askable, comparable } from "./event-properties";
import type { PropertyAttributes } from "./types";

const row = (property: string, inferred_type: string, more: Partial<PropertyAttributes> = {}) => ({
  type: "metric-property",
  id: property,
  attributes: { label: property, property, inferred_type, is_hidden: false, coverage: 1, seen: 1, types: {}, last_seen: null, sample_values: [], ...more },
});

it("offers what can be compared, by the name to show", () => {
  const rows = [
    row("Price", "number", { sample_values: [3, 4.5] }),
    row("Items", "object"),
    row("$event_id", "text"),
    row("Secret", "text", { is_hidden: true }),
    row("Brand", "text", { label: "Manufacturer", sample_values: ["Cedar"] }),
    row("Gift", "boolean", { sample_values: [true] }),
  ];
  expect(comparable(rows)).toEqual([
    { name: "Gift", label: "Gift", type: "boolean", samples: ["true"] },
    { name: "Brand", label: "Manufacturer", type: "text", samples: ["Cedar"] },
    { name: "Price", label: "Price", type: "number", samples: ["3", "4.5"] },
  ]);
});

it("offers for conditions what is inside, too", () => {
  const inside = [
    { property: "Items['SKU']", inferred_type: "list", sample_values: ["A1", 2] },
    { property: "Items['Maker']", inferred_type: "object", sample_values: [] },
    { property: "Items['Maker']['Land']", inferred_type: "list", sample_values: [] },
  ];
  const rows = [row("Items", "list", { inside }), row("$extra", "object", { inside: [{ property: "$extra['Gift']", inferred_type: "boolean", sample_values: [true] }] }), row("Secret", "object", { is_hidden: true, inside }), row("Brand", "text")];
  expect(askable(rows).map(({ name, label, type, samples }) => [name, label, type, samples])).toEqual([
    ["$extra['Gift']", "$extra › Gift", "boolean", ["true"]],
    ["Brand", "Brand", "text", []],
    ["Items", "Items", "list", []],
    ["Items['Maker']['Land']", "Items › Maker › Land", "list", []],
    ["Items['SKU']", "Items › SKU", "list", ["A1", "2"]],
  ]);
});
