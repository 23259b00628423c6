/** What a segment's page keeps in its address. */
export interface SegmentSearch {
  tab?: string;
  period?: string;
  search?: string;
  sort?: string;
  on?: string;
  moves?: string;
  with?: string;
}

export const TABS = ["overview", "members", "history", "overlap"] as const;
export type Tab = (typeof TABS)[number];

export function tabOf(value: string | undefined): Tab {
  return TABS.find((tab) => tab === value) ?? "overview";
}

/** Ids as the address has them, "a1b2c3.d4e5f6": each once, and no more than can be compared. */
export function idsOf(value: string | undefined, most: number): string[] {
  return [...new Set((value ?? "").split(".").filter(Boolean))].slice(0, most);
}

export const asText = (ids: string[]): string | undefined => ids.join(".") || undefined;
