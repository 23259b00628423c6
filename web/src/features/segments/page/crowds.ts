/** What the server tells of people who are in some segments and not in others. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, wrap, type One } from "@/lib/api";
import type { SegmentMakeUp, SegmentOverlap, SegmentPurchases } from "@/lib/types";

export interface Crowd {
  within: string[];
  without?: string[];
}

const REFRESH = 60_000;
const bodyOf = (crowd: Crowd) => ({ segment_ids: crowd.within, without_ids: crowd.without ?? [] });

export function useMakeUp(crowd: Crowd) {
  return useQuery({
    queryKey: ["segments", "make-up", crowd],
    queryFn: () => api.post<One<SegmentMakeUp>>("/api/segment-make-ups", wrap("segment-make-up", bodyOf(crowd))),
    select: (reply) => reply.data.attributes,
    refetchInterval: REFRESH,
  });
}

export function usePurchases(crowd: Crowd) {
  return useQuery({
    queryKey: ["segments", "purchases", crowd],
    queryFn: () => api.post<One<SegmentPurchases>>("/api/segment-purchases", wrap("segment-purchases", bodyOf(crowd))),
    select: (reply) => reply.data.attributes,
    refetchInterval: REFRESH,
  });
}

export function useOverlap(ids: string[]) {
  return useQuery({
    queryKey: ["segments", "overlap", ids],
    enabled: ids.length > 1,
    placeholderData: keepPreviousData,
    queryFn: () => api.post<One<SegmentOverlap>>("/api/segment-overlaps", wrap("segment-overlap", { segment_ids: ids })),
    select: (reply) => reply.data.attributes,
    refetchInterval: REFRESH,
  });
}

/** Shares of a whole; of nothing there are none. */
export const shareOf = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
