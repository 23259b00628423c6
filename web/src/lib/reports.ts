/** Figures that more than one page shows. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, wrap, type One } from "./api";
import type { CampaignStatistics, CampaignValuesReport } from "./types";

const STATISTICS: (keyof CampaignStatistics)[] = [
  "recipients",
  "delivered",
  "opens_unique",
  "open_rate",
  "clicks_unique",
  "click_rate",
  "unsubscribe_uniques",
  "unsubscribe_rate",
  "bounced",
  "conversions",
  "conversion_uniques",
  "conversion_value",
];

export type StatisticsById = Record<string, Partial<CampaignStatistics>>;

/** What campaigns of the last year brought, by campaign id. One campaign when one is named. */
export function useCampaignStatistics(conversionMetric: string | undefined, campaignId?: string, refetchInterval?: number) {
  return useQuery({
    queryKey: ["campaign-values", conversionMetric, campaignId],
    enabled: conversionMetric !== undefined,
    refetchInterval,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const report = await api.post<One<CampaignValuesReport>>(
        "/api/campaign-values-reports",
        wrap("campaign-values-report", {
          statistics: STATISTICS,
          timeframe: { key: "last_12_months" },
          conversion_metric_id: conversionMetric,
          ...(campaignId ? { filter: `equals(campaign_id,"${campaignId}")` } : {}),
        }),
      );
      const rows: StatisticsById = {};
      for (const result of report.data.attributes.results) rows[result.groupings.campaign_id ?? ""] = result.statistics;
      return rows;
    },
  });
}
