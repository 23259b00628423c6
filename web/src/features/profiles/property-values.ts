/** Between a property's value and what a person types for it: every value has a type, and only what changed is sent. */
import type { ProfileAttributes } from "@/lib/types";

export const STANDARD = ["email", "phone_number", "external_id", "first_name", "last_name", "organization", "title", "locale", "image"] as const;
export const PLACES = ["address1", "address2", "city", "region", "zip", "country", "timezone", "latitude", "longitude"] as const;
export const TYPES = ["text", "number", "boolean", "date", "list", "json"] as const;

export type Draft = Record<string, string>;
export type PropertyType = (typeof TYPES)[number];
export type Problem = "nameless" | "twice" | "notANumber" | "notADate" | "notJson";

/** A property in the editor. `text` holds the value as its type writes it: a list has an entry on each line. */
export interface PropertyRow {
  key: number;
  name: string;
  type: PropertyType;
  text: string;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const NUMBER = /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function isMoment(text: string): boolean {
  if (!MOMENT.test(text)) return false;
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  // The 31st of February is read as a day in March.
  return !Number.isNaN(Date.parse(text)) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
}

/** Whether a list's entry comes back as it is from a line of text. */
function fitsALine(entry: unknown): boolean {
  if (typeof entry === "string") return entry === entry.trim() && entry !== "" && !entry.includes("\n");
  return typeof entry === "number";
}

export function typeOf(value: unknown): PropertyType {
  if (typeof value === "string") return isMoment(value) ? "date" : "text";
  if (typeof value === "number") return "number";
  if (typeof value === "boolean") return "boolean";
  if (value === null || value === undefined) return "text";
  return Array.isArray(value) && value.every(fitsALine) ? "list" : "json";
}

/** A list's line: digits that are text stand in quotes, so that they stay text. */
function lineOf(entry: unknown): string {
  return typeof entry === "string" && (NUMBER.test(entry) || /^".*"$/.test(entry)) ? JSON.stringify(entry) : String(entry);
}

function entryOf(line: string): unknown {
  if (NUMBER.test(line) && String(Number(line)) === line) return Number(line);
  if (!/^".*"$/.test(line)) return line;
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return line;
  }
}

export function textOf(value: unknown): string {
  const type = typeOf(value);
  if (type === "list") return (value as unknown[]).map(lineOf).join("\n");
  if (type === "json") return JSON.stringify(value, null, 2);
  return value === null || value === undefined ? "" : String(value as string | number | boolean);
}

export function rowsOf(properties: Record<string, unknown> | null | undefined): PropertyRow[] {
  return Object.entries(properties ?? {}).map(([name, value], key) => ({ key, name, type: typeOf(value), text: textOf(value) }));
}

/** The same row as another type, keeping of its text what still makes sense. */
export function retyped(row: PropertyRow, type: PropertyType): PropertyRow {
  if (type === "boolean") return { ...row, type, text: /^(true|yes|1)$/i.test(row.text.trim()) ? "true" : "false" };
  if (type === "number") return { ...row, type, text: NUMBER.test(row.text.trim()) ? row.text.trim() : "" };
  if (type === "date") return { ...row, type, text: isMoment(row.text.trim()) ? row.text.trim() : "" };
  if (type === "json") return { ...row, type, text: JSON.stringify(valueOf(row) ?? row.text, null, 2) };
  return { ...row, type };
}

/** What a row's text means; undefined where it is no value of its type. */
export function valueOf({ type, text }: PropertyRow): unknown {
  const trimmed = text.trim();
  if (type === "text") return text;
  if (type === "boolean") return trimmed === "true";
  if (type === "number") return NUMBER.test(trimmed) && Number.isFinite(Number(trimmed)) ? Number(trimmed) : undefined;
  if (type === "date") return isMoment(trimmed) ? trimmed : undefined;
  if (type === "list") return text.split("\n").map((line) => line.trim()).filter(Boolean).map(entryOf);
  try {
    return JSON.parse(trimmed) as unknown;
  } catch {
    return undefined;
  }
}

const WRONG: Partial<Record<PropertyType, Problem>> = { number: "notANumber", date: "notADate", json: "notJson" };

/** What is wrong with each row, by its key. */
export function problemsOf(rows: PropertyRow[]): Map<number, Problem> {
  const found = new Map<number, Problem>();
  const names = new Set<string>();
  for (const row of rows) {
    const name = row.name.trim();
    if (!name) found.set(row.key, "nameless");
    else if (names.has(name)) found.set(row.key, "twice");
    else if (valueOf(row) === undefined) found.set(row.key, WRONG[row.type] ?? "notJson");
    names.add(name);
  }
  return found;
}

interface PropertyChanges {
  set: Record<string, unknown>;
  unset: string[];
}

/** Only properties whose row differs from what was there: what an event writes meanwhile to another one stays. */
export function changedProperties(before: PropertyRow[], after: PropertyRow[]): PropertyChanges {
  const known = new Map(before.map((row) => [row.name, row]));
  const set: Record<string, unknown> = {};
  for (const row of after) {
    const old = known.get(row.name.trim());
    if (!old || old.type !== row.type || old.text !== row.text) set[row.name.trim()] = valueOf(row);
  }
  const kept = new Set(after.map((row) => row.name.trim()));
  return { set, unset: before.map((row) => row.name).filter((name) => !kept.has(name)) };
}

/** Only the fields of these whose text differs; an emptied one becomes null. */
export function changed(keys: readonly string[], before: Record<string, unknown>, draft: Draft): Record<string, string | null> {
  const result: Record<string, string | null> = {};
  for (const key of keys) {
    const after = (draft[key] ?? "").trim();
    if (after !== textOf(before[key])) result[key] = after || null;
  }
  return result;
}

/** The document that makes a person what the editor shows; undefined where nothing changed. */
export function patchOf(id: string, person: ProfileAttributes, fields: { standard: Draft; places: Draft; before: PropertyRow[]; after: PropertyRow[] }): object | undefined {
  const standard = changed(STANDARD, person, fields.standard);
  const location = changed(PLACES, person.location ?? {}, fields.places);
  const { set, unset } = changedProperties(fields.before, fields.after);
  const attributes = {
    ...standard,
    ...(Object.keys(location).length ? { location } : {}),
    ...(Object.keys(set).length ? { properties: set } : {}),
  };
  if (!Object.keys(attributes).length && !unset.length) return undefined;
  const meta = unset.length ? { meta: { patch_properties: { unset } } } : {};
  return { data: { type: "profile", id, attributes, ...meta } };
}
