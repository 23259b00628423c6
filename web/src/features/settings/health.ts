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
    .map(([key, value]) => (key === "milliseconds" ? `${String(value)} ms` : `${key.replaceAll("_", " ")} ${String(value)}`))
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
  const parts = Object.entries(inner)
    .filter(([, value]) => isRecord(value) || typeof value === "boolean" || typeof value === "string")
    .map(([name, value]) => partOf(name, value));
  return [...parts, ...(inner === facts ? [] : lanesOf(facts.log))];
}

// So many entries are read within seconds; more of them mean that the worker does not keep up.
const MUCH = 100_000;

function lanesOf(lanes: unknown): Part[] {
  if (!isRecord(lanes)) return [];
  return Object.entries(lanes).filter(([, facts]) => isRecord(facts)).map(([name, facts]) => {
    const { accepted, behind } = facts as { accepted?: number; behind?: number };
    return { name: `${name} lane`, well: (behind ?? 0) < MUCH, detail: `${behind ?? 0} behind · ${accepted ?? 0} accepted` };
  });
}
