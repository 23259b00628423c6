/** The account's own properties of profiles, the most frequent first. */
import { useQuery } from "@tanstack/react-query";
import { api, type Many } from "@/lib/api";
import type { PropertyAttributes } from "@/lib/types";

export interface ProfileProperty {
  name: string;
  type: string;
  seen: number;
}

const read = (reply: Many<PropertyAttributes>): ProfileProperty[] =>
  reply.data
    .map((row) => row.attributes)
    .filter((one) => !one.is_hidden)
    .map((one) => ({ name: one.property, type: one.inferred_type, seen: one.seen }));

const NONE: ProfileProperty[] = [];

export function useProfileProperties(): ProfileProperty[] {
  const found = useQuery({
    queryKey: ["profile-properties", "names"],
    queryFn: () => api.get<Many<PropertyAttributes>>("/api/profile-properties"),
    staleTime: 60_000,
    select: read,
  });
  return found.data ?? NONE;
}
