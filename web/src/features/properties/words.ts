/** Types of values in words, and the name under which the catalogue is remembered. */
import type { TFunction } from "i18next";
import type { PropertyAttributes } from "@/lib/types";

export const KEY = ["profile-properties"];
export const JOBS = ["profile-property-jobs"];

export type TypeName = "text" | "number" | "boolean" | "date" | "list" | "object" | "null";

export function typeWord(one: PropertyAttributes, t: TFunction): string {
  const kinds = Object.keys(one.types).filter((kind) => kind !== "null");
  const word = t(`properties.type_${one.inferred_type as TypeName}`);
  return kinds.length > 1 ? `${word} (${t("properties.mixed")})` : word;
}
