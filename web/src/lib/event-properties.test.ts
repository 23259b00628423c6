import { expect, it } from "vitest";
import { propertiesOf } from "./event-properties";

it("lists names with the values seen, lists opened up and objects left out", () => {
  const events = [
    { Brand: "Cedar", Categories: ["Tools", "Camp"], Items: [{ id: 1 }], $event_id: "x" },
    { Brand: "Moss", Price: 3, Gift: true },
  ];
  expect(propertiesOf(events)).toEqual([
    { name: "Brand", samples: ["Cedar", "Moss"] },
    { name: "Categories", samples: ["Camp", "Tools"] },
    { name: "Gift", samples: ["true"] },
    { name: "Price", samples: ["3"] },
  ]);
});
