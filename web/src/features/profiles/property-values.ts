/** Between a property's value and the text a person types for it. */
import type { ProfileAttributes } from "@/lib/types";

export const STANDARD = ["email", "phone_number", "external_id", "first_name", "last_name", "organization", "title", "locale"] as const;
export type Draft = Record<string, string>;

/** Numbers, true, false, lists and objects are read as JSON; everything else is text. */
export function readValue(text: string): unknown {
  const trimmed = text.trim();
  if (/^(true|false|-?\d+(\.\d+)?([eE][+-]?\d+)?)$/.test(trimmed) || /^[[{"]/.test(trimmed)) {
    try {
      const value: unknown = JSON.parse(trimmed);
      // A number that does not survive (long ids, leading zeros) was meant as text.
      if (typeof value === "number" && String(value) !== trimmed) return text;
      return value;
    } catch {
      return text;
    }
  }
  return text;
}

/** Text that readValue reads back as the same value. */
export function writeValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return JSON.stringify(value);
  return readValue(value) === value ? value : JSON.stringify(value);
}

/** Only the standard fields whose text differs; an emptied one becomes null. */
export function changed(person: ProfileAttributes, draft: Draft): Record<string, string | null> {
  const result: Record<string, string | null> = {};
  for (const key of STANDARD) {
    const before = person[key] ?? "";
    const after = (draft[key] ?? "").trim();
    if (after !== before) result[key] = after || null;
  }
  return result;
}
