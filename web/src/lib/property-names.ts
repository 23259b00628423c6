/** Names of properties inside others: `Items['SKU']` for the API, `Items › SKU` for people. */
const WITHIN = " › ";
const KEY = /\[(?:'(.+?)'|"(.+?)")\](?=\[['"]|$)/sy;

/** The names in `['a']['b']`; none for a text that is not written so throughout. */
export function keysOf(text: string): string[] {
  const keys: string[] = [];
  let end = 0;
  for (;;) {
    KEY.lastIndex = end;
    const found = KEY.exec(text);
    if (!found) return end === text.length ? keys : [];
    keys.push(found[1] ?? found[2] ?? "");
    end = KEY.lastIndex;
  }
}

/** The names that lead to a property of an event, from the outermost on. */
export function namesIn(path: string): string[] {
  const inside = path.search(/\[['"]/);
  const keys = inside > 0 ? keysOf(path.slice(inside)) : [];
  return keys.length ? [path.slice(0, inside), ...keys] : [path];
}

export const bracketed = (names: string[]): string => names.map((name) => `['${name}']`).join("");
export const asShown = (names: string[]): string => names.join(WITHIN);
export const asTyped = (text: string): string[] => text.split(WITHIN);

/** Items['SKU'] is shown as Items › SKU. */
export const eventPropertyLabel = (path: string): string => asShown(namesIn(path));

/** Items › SKU becomes Items['SKU']. */
export function eventPropertyPath(text: string): string {
  const [outer = "", ...inner] = asTyped(text);
  return outer + bracketed(inner);
}
