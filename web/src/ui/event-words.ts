/** What an event says about itself in one line. */

const TELLING = ["Name", "ProductName", "Product Name", "Subject", "Campaign Name", "URL", "Page", "Reason", "OrderId", "$event_id"];

/** The one or two properties a person would read first. */
export function eventDetail(properties: Record<string, unknown>): string {
  const items = properties.Items ?? properties.ItemNames;
  if (Array.isArray(items) && items.length) {
    const names = items.map((item) => (typeof item === "string" ? item : ((item as Record<string, unknown>)?.ProductName ?? (item as Record<string, unknown>)?.Name)));
    return names.filter((name) => typeof name === "string").join(", ");
  }
  for (const key of TELLING) {
    const value = properties[key];
    if (typeof value === "string" && value) return value;
  }
  return "";
}

export function eventValue(properties: Record<string, unknown>): { amount: number; currency?: string } | undefined {
  const value = properties.$value;
  if (typeof value !== "number") return undefined;
  const currency = properties.$value_currency ?? properties.$currency_code;
  return { amount: value, currency: typeof currency === "string" ? currency : undefined };
}
