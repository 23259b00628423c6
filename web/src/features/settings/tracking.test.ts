import { expect, test } from "vitest";
import { attributesOf, parametersOf } from "./tracking";

const none = { campaign: null, flow: null };
const settings = {
  auto_add_parameters: true,
  utm_source: { campaign: { type: "dynamic" as const, value: "group_name" as const }, flow: null },
  utm_medium: none,
  utm_campaign: none,
  utm_id: none,
  utm_term: none,
  custom_parameters: [{ name: "shop", campaign: { type: "static" as const, value: "de" }, flow: null }],
};

test("what was read is written back as it was", () => {
  expect(attributesOf(true, parametersOf(settings))).toEqual(settings);
});

test("an empty text adds nothing", () => {
  const parameters = parametersOf(settings).map((one) => (one.name === "shop" ? { ...one, campaign: { type: "static", value: " " } } : one));
  expect(attributesOf(false, parameters).custom_parameters).toEqual([{ name: "shop", ...none }]);
});
