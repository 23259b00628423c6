/** From the server's account of its parts to rows a person can read. */

export interface Part {
  name: string;
  well: boolean;
  detail: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

function detailOf(facts: Record<string, unknown>): string {
  return Object.entries(facts)
    .filter(([key, value]) => key !== "status" && key !== "ok" && value !== null && typeof value !== "object")
    .map(([key, value]) => `${key.replaceAll("_", " ")} ${String(value)}`)
    .join(" · ");
}

const isWell = (value: unknown): boolean => value === "ok" || value === "up" || value === true || value === "running";

function partOf(name: string, value: unknown): Part {
  if (!isRecord(value)) return { name, well: isWell(value), detail: isWell(value) ? "" : String(value) };
  const state = value.status ?? value.ok ?? value.state;
  return { name, well: state === undefined || isWell(state), detail: detailOf(value) };
}

/** Accepts the bare health document or the same wrapped as a resource. */
export function partsOf(document: unknown): Part[] {
  let facts = document;
  if (isRecord(facts) && isRecord(facts.data) && isRecord(facts.data.attributes)) facts = facts.data.attributes;
  if (!isRecord(facts)) return [];
  const inner = isRecord(facts.parts) ? facts.parts : isRecord(facts.checks) ? facts.checks : facts;
  return Object.entries(inner)
    .filter(([, value]) => isRecord(value) || typeof value === "boolean" || typeof value === "string")
    .map(([name, value]) => partOf(name, value));
}
