/** Between what a person types for a property and how the API addresses it. */

const STANDARD = new Set([
  "email",
  "first_name",
  "last_name",
  "phone_number",
  "external_id",
  "organization",
  "title",
  "locale",
  "created",
  "updated",
  "last_event_date",
]);

/** first_name stays, location.city becomes location['city'], all else is a custom property. */
export function propertyPath(text: string): string {
  if (text === "" || STANDARD.has(text)) return text;
  const place = /^location\.(\w+)$/.exec(text);
  if (place) return `location['${place[1]}']`;
  return `properties['${text}']`;
}

export function propertyLabel(path: string): string {
  const nested = /^(properties|location)\['(.*)'\]$/.exec(path);
  if (!nested) return path;
  return nested[1] === "location" ? `location.${nested[2]}` : (nested[2] ?? "");
}
