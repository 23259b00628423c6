/** The account's own properties of profiles, the most frequent first. */
import { useQuery } from "@tanstack/react-query";
import { api, type Many } from "@/lib/api";
import { eventPropertyLabel } from "@/lib/property-names";
import type { PropertyAttributes } from "@/lib/types";

export interface ProfileProperty {
  name: string;
  type: string;
  /** How many profiles have it; of what is inside a property it is not counted. */
  seen?: number;
}

/** Each with what is inside it. */
export const read = (reply: Many<PropertyAttributes>): ProfileProperty[] =>
  reply.data
    .map((row) => row.attributes)
    .filter((one) => !one.is_hidden)
    .flatMap((one) => [
      { name: one.property, type: one.inferred_type, seen: one.seen },
      ...(one.inside ?? []).map((inner) => ({ name: eventPropertyLabel(inner.property), type: inner.inferred_type })),
    ]);

const NONE: ProfileProperty[] = [];

export function useProfileProperties(): ProfileProperty[] {
  const found = useQuery({
    queryKey: ["profile-properties", "inside"],
    queryFn: () => api.get<Many<PropertyAttributes>>("/api/profile-properties", { "additional-fields[profile-property]": "inside" }),
    staleTime: 60_000,
    select: read,
  });
  return found.data ?? NONE;
}
