/** Which values a profile property has, with how many profiles have each: asked as somebody types. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, wrap, type One } from "@/lib/api";
import type { SegmentValues } from "@/lib/types";
import { useDebounced } from "@/lib/use-debounced";

export type KnownValue = SegmentValues["values"][number];

/** A value that could be chosen, and how often it occurs where that is known. */
export interface Suggestion {
  value: string;
  count?: number;
}

// Nearly everybody has one of their own: a list of them would help nobody.
const PERSONAL = new Set(["email", "phone_number", "external_id", "id", "image", "first_name", "last_name", "location['address1']", "location['address2']"]);
const PAUSE = 200;

const ask = (property: string | undefined, search: string, signal: AbortSignal) =>
  api.post<One<SegmentValues>>("/api/segment-values", wrap("segment-values", { property, search }), signal).then((reply) => reply.data.attributes.values);

/** The most frequent values of one property that contain the text. */
export function useValues(property: string, text: string): Suggestion[] {
  const search = useDebounced(text, PAUSE);
  const found = useQuery({
    queryKey: ["segment-values", property, search],
    enabled: property !== "" && !PERSONAL.has(property),
    staleTime: 60_000,
    placeholderData: (before: KnownValue[] | undefined, query) => (query?.queryKey[1] === property ? before : undefined),
    queryFn: ({ signal }) => ask(property, search, signal),
  });
  return (found.data ?? []).map(({ value, profiles }) => ({ value, count: profiles }));
}

/** Values of any property that contain the text. */
export function useValuesAnywhere(text: string): KnownValue[] {
  const search = useDebounced(text.trim(), PAUSE);
  const found = useQuery({
    queryKey: ["segment-values", "*", search],
    enabled: search.length >= 2,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask(undefined, search, signal),
  });
  return search.length >= 2 ? (found.data ?? []) : [];
}
