/** Who is behind the ids of a page of rows, asked at once. */
import { useQuery } from "@tanstack/react-query";
import { api, type Many } from "@/lib/api";
import { anyOf } from "@/lib/filter";
import { personLabel } from "@/lib/format";
import type { ProfileAttributes } from "@/lib/types";

const AT_ONCE = 100;

export type People = Record<string, string>;

/** Names by id; whoever was deleted meanwhile is missing. */
export function usePeople(ids: string[]) {
  const wanted = [...new Set(ids.filter(Boolean))].sort();
  return useQuery({
    queryKey: ["profiles", "labels", wanted],
    enabled: wanted.length > 0,
    staleTime: 60_000,
    placeholderData: (before: People | undefined) => before,
    queryFn: async () => {
      const people: People = {};
      for (let start = 0; start < wanted.length; start += AT_ONCE) {
        const some = wanted.slice(start, start + AT_ONCE);
        const page = await api.get<Many<ProfileAttributes>>("/api/profiles", { filter: anyOf("id", some), "page[size]": AT_ONCE });
        for (const row of page.data) people[row.id] = personLabel(row.attributes, row.id);
      }
      return people;
    },
  });
}
