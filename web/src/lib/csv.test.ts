import { describe, expect, it } from "vitest";
import { csv } from "./csv";

describe("csv", () => {
  it("quotes commas, quotes and line breaks", () => {
    expect(csv(["name", "note"], [["Lee, Ann", 'says "hi"\nand bye']])).toBe('name,note\r\n"Lee, Ann","says ""hi""\nand bye"\r\n');
  });

  it("leaves empty what is not there and keeps numbers as they are", () => {
    expect(csv(["a", "b", "c"], [[null, undefined, -3.5]])).toBe("a,b,c\r\n,,-3.5\r\n");
  });

  it("never hands a spreadsheet a formula", () => {
    expect(csv(["name"], [["=HYPERLINK(1)"], ["@sum"], ["-1+2"]])).toBe("name\r\n'=HYPERLINK(1)\r\n'@sum\r\n'-1+2\r\n");
  });
});
