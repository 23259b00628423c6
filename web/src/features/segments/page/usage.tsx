/** What uses a segment: other segments, campaigns and flows. Flows have no page yet. */
import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type One } from "@/lib/api";
import type { SegmentUsage } from "@/lib/types";
import { Panel } from "./panel";

type Use = SegmentUsage["used_in"][number];
const PAGES: Record<string, "/segments/" | "/campaigns/" | undefined> = { segment: "/segments/", campaign: "/campaigns/" };

export function useUsage(id: string, enabled = true) {
  return useQuery({
    queryKey: ["segments", id, "usage"],
    enabled,
    queryFn: () => api.get<One<SegmentUsage>>(`/api/segment-usages/${id}`),
    select: (reply) => reply.data.attributes.used_in,
  });
}

export function Usage({ id }: { id: string }) {
  const { t } = useTranslation();
  const found = useUsage(id);
  return (
    <Panel title={t("segmentPage.usage")} query={found} lines={2} empty={(uses) => (uses.length ? undefined : t("segmentPage.notUsed"))}>
      {(uses) => <Uses uses={uses} />}
    </Panel>
  );
}

export function Uses({ uses }: { uses: Use[] }) {
  const { t } = useTranslation();
  return uses.map((use) => {
    const page = PAGES[use.type];
    const notes = [use.status, use.is_excluded && t("segmentPage.usageExcluded")].filter(Boolean);
    return (
      <Text size="sm" key={`${use.type} ${use.id}`}>
        <span className="quiet">{t(`segmentPage.usage_${use.type as "segment"}`)}</span>{" "}
        {page ? (
          <Anchor component={Link} to={`${page}${use.id}`} inherit>
            {use.name}
          </Anchor>
        ) : (
          use.name
        )}{" "}
        <span className="quiet">{notes.join(" · ")}</span>
      </Text>
    );
  });
}
