/** Imports as the server keeps them: reading one or all, and what can be done to one. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, wrap, type Many, type One } from "@/lib/api";
import type { ImportJobAttributes, ImportMapping, ImportPreviewRow } from "@/lib/types";
import type { Tone } from "@/ui/status";

const POLL = 1_000;
const BUSY = new Set(["checking", "queued", "processing"]);
export const TONES: Record<string, Tone> = { complete: "good", failed: "bad", cancelled: "idle", queued: "idle", draft: "warn" };

export const isBusy = (status: string): boolean => BUSY.has(status);

export function useImports() {
  return useQuery({
    queryKey: ["imports"],
    queryFn: () => api.get<Many<ImportJobAttributes>>("/api/import-jobs", { "page[size]": 50 }),
    refetchInterval: (query) => (query.state.data?.data.some((job) => isBusy(job.attributes.status)) ? POLL : false),
  });
}

export function useImport(id: string) {
  return useQuery({
    queryKey: ["imports", id],
    queryFn: () => api.get<One<ImportJobAttributes>>(`/api/import-jobs/${id}`),
    refetchInterval: (query) => (query.state.data && isBusy(query.state.data.data.attributes.status) ? POLL : false),
  });
}

/** Changes of a job: its mapping, and its beginning. */
export function useChange(id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: { mapping?: ImportMapping; status?: "checking" | "queued" }) => api.patch(`/api/import-jobs/${id}`, wrap("import-job", change, { id })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["imports"] }),
  });
}

export function useCancel(id: string, after?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(`/api/import-jobs/${id}`),
    onSuccess: after,
    onSettled: () => queries.invalidateQueries({ queryKey: ["imports"] }),
  });
}

/** What the first rows would do under a mapping. */
export function usePreview(id: string, mapping: ImportMapping) {
  return useQuery({
    queryKey: ["imports", id, "preview", mapping],
    queryFn: ({ signal }) => api.post<One<{ rows: ImportPreviewRow[] }>>("/api/import-previews", wrap("import-preview", { import_job_id: id, mapping }), signal),
    retry: false,
    placeholderData: (before) => before,
  });
}
