/** What uses a segment: other segments and campaigns. */
import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type One } from "@/lib/api";
import type { SegmentUsage } from "@/lib/types";
import { Panel } from "./panel";

type Use = SegmentUsage["used_in"][number];
const PAGES = { segment: "/segments/", campaign: "/campaigns/" } as const;

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
    const notes = [use.status, use.is_excluded && t("segmentPage.usageExcluded")].filter(Boolean);
    return (
      <Text size="sm" key={`${use.type} ${use.id}`}>
        <span className="quiet">{t(`segmentPage.usage_${use.type as "segment"}`)}</span>{" "}
        <Anchor component={Link} to={`${PAGES[use.type as "segment"]}${use.id}`} inherit>
          {use.name}
        </Anchor>{" "}
        <span className="quiet">{notes.join(" · ")}</span>
      </Text>
    );
  });
}
