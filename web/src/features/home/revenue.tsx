import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { suitableInterval, type Period } from "@/lib/period";
import { useFormats } from "@/lib/session";
import type { RevenueReport } from "@/lib/types";
import { Chart } from "@/ui/chart";
import { Figure, Figures } from "@/ui/figure";
import { AsOf } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";

const REFRESH = 15_000;

export function Revenue({ period }: { period: Period }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const interval = suitableInterval(period);
  const report = useQuery({
    queryKey: ["revenue", period, interval],
    queryFn: () => api.post<One<RevenueReport>>("/api/revenue-reports", wrap("revenue-report", { ...period, interval })),
    refetchInterval: REFRESH,
    placeholderData: keepPreviousData,
  });
  if (report.isError) return <ErrorNote error={report.error} retry={() => void report.refetch()} />;
  const numbers = report.data?.data.attributes;
  const before = numbers?.previous ?? undefined;
  const currency = numbers?.currency || formats.currency;
  const share = numbers && numbers.total > 0 ? numbers.attributed / numbers.total : undefined;
  return (
    <div>
      <Figures>
        <Figure label={t("home.revenue")} value={numbers && formats.money(numbers.total, currency)} now={numbers?.total} before={before?.total} />
        <Figure
          label={t("home.attributed")}
          value={numbers && formats.money(numbers.attributed, currency)}
          now={numbers?.attributed}
          before={before?.attributed}
          note={share !== undefined ? t("home.share", { share: formats.percent(share) }) : undefined}
        />
        <Figure label={t("home.orders")} value={numbers && formats.number(numbers.orders)} now={numbers?.orders} before={before?.orders} />
        <Figure
          label={t("home.attributedOrders")}
          value={numbers && formats.number(numbers.attributed_orders)}
          now={numbers?.attributed_orders}
          before={before?.attributed_orders}
        />
      </Figures>
      <Chart
        title={t("home.revenueOverTime")}
        note={<AsOf at={numbers?.as_of ?? report.dataUpdatedAt} />}
        dates={numbers?.dates ?? []}
        interval={interval}
        kind="area"
        series={[
          { name: t("home.revenue"), values: numbers?.total_series ?? [], color: "gray.5" },
          { name: t("home.attributed"), values: numbers?.attributed_series ?? [], color: "accent.6" },
        ]}
        format={(value) => formats.money(value, currency)}
        formatTick={(value) => formats.moneyShort(value, currency)}
        fileName="revenue"
      />
    </div>
  );
}
