import { useMemo } from "react";
import { useGroups, useMetrics } from "@/lib/collections";
import type { Names } from "./sentence";

/** The words for the ids a definition holds. A metric or list that is gone is shown by its id. */
export function useNames(): Names {
  const metrics = useMetrics();
  const { groups } = useGroups();
  return useMemo(
    () => ({
      metric: (id) => metrics.data?.find((row) => row.id === id)?.attributes.name ?? id,
      group: (id) => groups.find((row) => row.id === id)?.name ?? id,
      day: (text) => text.slice(0, 10),
    }),
    [metrics.data, groups],
  );
}
