/** What depends on a metric: segments, custom metrics, and what it stands for. */
import { Anchor, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type One } from "@/lib/api";
import type { MetricOverview } from "@/lib/types";

const PAGES = { segment: "/segments/", "custom-metric": "/analytics/custom-metrics/" } as const;
type Role = "revenue" | "refunded_sales" | "cancelled_sales" | "ordered_product" | "started_checkout" | "added_to_cart" | "viewed_product";

export function MetricUses({ metricId }: { metricId: string }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["metric-overviews", metricId, "uses"],
    queryFn: () => api.get<One<MetricOverview>>(`/api/metric-overviews/${metricId}`, { "additional-fields[metric-overview]": "used_in" }),
  });
  const uses = found.data?.data.attributes.used_in ?? [];
  if (!found.data) return null;
  return (
    <section style={{ marginTop: 24 }}>
      <Title order={2} mb="xs">
        {t("properties.usedIn")}
      </Title>
      {uses.length === 0 && <Text c="dimmed">{t("metrics.notUsed")}</Text>}
      {uses.map((use) => (
        <Text size="sm" key={`${use.type} ${use.id}`}>
          <span className="quiet">{t(`metrics.use_${use.type as "segment" | "custom-metric" | "mapped-metric"}`)}</span>{" "}
          {use.type === "mapped-metric" ? (
            <Anchor component={Link} to="/analytics/mapped-metrics" inherit>
              {t(`mappedMetrics.${use.id as Role}`)}
            </Anchor>
          ) : (
            <Anchor component={Link} to={`${PAGES[use.type as keyof typeof PAGES]}${use.id}`} inherit>
              {use.name}
            </Anchor>
          )}
        </Text>
      ))}
    </section>
  );
}
