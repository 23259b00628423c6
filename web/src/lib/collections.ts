/** Collections read page by page, and the small ones every picker needs whole. */
import { keepPreviousData, useInfiniteQuery, useQuery, type QueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, cursorOf, everything, relatedId, type Many, type One, type Query, type Resource } from "./api";
import { equals } from "./filter";
import type { AudienceGroup, ListAttributes, MappedMetricAttributes, MetricAttributes, SegmentAttributes } from "./types";

interface InfiniteOptions {
  refetchInterval?: number;
  enabled?: boolean;
}

/** Rows of a collection, more of them whenever `more` is called. */
export function useRows<A>(key: readonly unknown[], path: string, query: Query = {}, options: InfiniteOptions = {}) {
  const pages = useInfiniteQuery({
    queryKey: [...key, path, query],
    queryFn: ({ pageParam, signal }) => api.get<Many<A>>(path, { ...query, "page[cursor]": pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => cursorOf(last.links?.next),
    placeholderData: keepPreviousData,
    ...options,
  });
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage } = pages;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  const included = useMemo(() => data?.pages.flatMap((page) => page.included ?? []) ?? [], [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  return {
    rows,
    included,
    more,
    hasMore: hasNextPage,
    loading: pages.isPending,
    loadingMore: isFetchingNextPage,
    error: pages.error,
    retry: () => void pages.refetch(),
    asOf: pages.dataUpdatedAt,
  };
}

const FRESH = 30_000;

export const metricsQuery = {
  queryKey: ["metrics", "all"],
  queryFn: () => everything<MetricAttributes>("/api/metrics"),
  staleTime: FRESH,
};
export const listsQuery = {
  queryKey: ["lists", "all"],
  queryFn: () => everything<ListAttributes>("/api/lists", { sort: "name" }),
  staleTime: FRESH,
};
export const segmentsQuery = {
  queryKey: ["segments", "all"],
  queryFn: () => everything<SegmentAttributes>("/api/segments", { sort: "name" }),
  staleTime: FRESH,
};

export const useMetrics = () => useQuery(metricsQuery);
export const useLists = () => useQuery(listsQuery);
export const useSegments = () => useQuery(segmentsQuery);

/** The id of what the account calls revenue: a metric or a custom metric; nothing where nobody ever sold anything. */
export function useRevenueMetric(): string | undefined {
  const mapped = useQuery({
    queryKey: ["mapped-metrics", "revenue"],
    queryFn: () => api.get<One<MappedMetricAttributes>>("/api/mapped-metrics/revenue"),
    staleTime: FRESH,
  });
  const row = mapped.data?.data;
  return row && (relatedId(row, "metric") ?? relatedId(row, "custom-metric"));
}

/** Lists and segments together, as audiences name them. */
export function useGroups(): { groups: AudienceGroup[]; loading: boolean } {
  const lists = useLists();
  const segments = useSegments();
  const groups = useMemo(
    () => [
      ...(lists.data ?? []).map((row) => ({ id: row.id, name: row.attributes.name, kind: "list" as const })),
      ...(segments.data ?? []).map((row) => ({ id: row.id, name: row.attributes.name, kind: "segment" as const })),
    ],
    [lists.data, segments.data],
  );
  return { groups, loading: lists.isPending || segments.isPending };
}

/** How many profiles a list or segment has. */
export function useProfileCount(kind: "list" | "segment", id: string, refetchInterval?: number) {
  return useQuery({
    queryKey: [`${kind}s`, id, "count"],
    queryFn: async () => {
      const query = { [`additional-fields[${kind}]`]: "profile_count" };
      const reply = await api.get<{ data: Resource<{ profile_count?: number }> }>(`/api/${kind}s/${id}`, query);
      return reply.data.attributes.profile_count ?? null;
    },
    staleTime: 10_000,
    refetchInterval,
  });
}

export async function findProfileByEmail(email: string): Promise<string | undefined> {
  const reply = await api.get<Many<unknown>>("/api/profiles", { filter: equals("email", email) });
  return reply.data[0]?.id;
}

export function refreshGroups(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["lists"] });
  void client.invalidateQueries({ queryKey: ["segments"] });
}
