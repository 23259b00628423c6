import { useProfileCount } from "@/lib/collections";
import { useFormats } from "@/lib/session";

/** How many profiles a list or segment has, asked for on its own so that the list itself never waits. */
export function ProfileCount({ kind, id, refetchInterval }: { kind: "list" | "segment"; id: string; refetchInterval?: number }) {
  const formats = useFormats();
  const count = useProfileCount(kind, id, refetchInterval);
  return <>{count.isPending ? "…" : formats.number(count.data)}</>;
}
