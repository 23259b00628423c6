/** Between what a person types for a property and how the API addresses it. */
import { asShown, asTyped, bracketed, keysOf } from "@/lib/property-names";

export const DATES = ["created", "updated", "last_event_date"];
export const TEXTS = ["email", "first_name", "last_name", "phone_number", "external_id", "organization", "title", "locale", "image", "id"];
export const PLACES = ["city", "region", "country", "zip", "address1", "address2", "timezone"];
export const COORDINATES = ["latitude", "longitude"];
const STANDARD = new Set([...DATES, ...TEXTS]);

/** What kind of value a property can have: a well-known one has one kind, a custom one any. */
export type PropertyKind = "text" | "number" | "date" | "phone" | "custom";

/** first_name stays, location.city becomes location['city'], all else is a custom property: home › city is inside home. */
export function propertyPath(text: string): string {
  if (text === "" || STANDARD.has(text) || nestedIn(text)) return text;
  const place = /^location\.(\w+)$/.exec(text);
  if (place) return `location['${place[1]}']`;
  return `properties${bracketed(asTyped(text))}`;
}

/** The holder and the name inside `properties['…']` and `location["…"]`. */
export function nestedIn(path: string): { holder: "properties" | "location"; name: string } | undefined {
  const [, holder, inside] = /^(properties|location)(\[.+)$/s.exec(path) ?? [];
  const names = keysOf(inside ?? "");
  return names.length ? { holder: holder as "properties", name: asShown(names) } : undefined;
}

export function propertyLabel(path: string): string {
  const nested = nestedIn(path);
  if (!nested) return path;
  return nested.holder === "location" ? `location.${nested.name}` : nested.name;
}

/** A property as a sentence says it. */
export const propertyWords = (path: string): string => nestedIn(path)?.name ?? path.replaceAll("_", " ");

export function propertyKind(path: string): PropertyKind {
  const nested = nestedIn(path);
  if (nested?.holder === "properties") return "custom";
  if (nested) return COORDINATES.includes(nested.name) ? "number" : "text";
  if (DATES.includes(path)) return "date";
  if (path === "phone_number") return "phone";
  return STANDARD.has(path) ? "text" : "custom";
}
