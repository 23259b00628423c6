import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { suitableInterval, type Period } from "@/lib/period";
import { useFormats } from "@/lib/session";
import type { AudienceReport } from "@/lib/types";
import { Chart } from "@/ui/chart";
import { Figure, Figures } from "@/ui/figure";
import { AsOf } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";

const REFRESH = 30_000;
const sum = (values: number[] | undefined) => values?.reduce((total, value) => total + value, 0);

export function Audience({ period }: { period: Period }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const interval = suitableInterval(period);
  const report = useQuery({
    queryKey: ["audience", period, interval],
    queryFn: () => api.post<One<AudienceReport>>("/api/audience-reports", wrap("audience-report", { ...period, interval })),
    refetchInterval: REFRESH,
    placeholderData: keepPreviousData,
  });
  if (report.isError) return <ErrorNote error={report.error} retry={() => void report.refetch()} />;
  const numbers = report.data?.data.attributes;
  const show = (value: number | undefined) => (numbers ? formats.number(value ?? 0) : undefined);
  return (
    <div className="section">
      <Figures>
        <Figure label={t("home.profiles")} value={show(numbers?.profiles.at(-1))} />
        <Figure label={t("home.subscribers")} value={show(numbers?.subscribers.at(-1))} />
        <Figure label={t("home.newProfiles")} value={show(sum(numbers?.new))} />
        <Figure label={t("home.unsubscribed")} value={show(sum(numbers?.unsubscribed))} />
      </Figures>
      <Chart
        title={t("home.audienceGrowth")}
        note={<AsOf at={numbers?.as_of ?? report.dataUpdatedAt} />}
        dates={numbers?.dates ?? []}
        interval={interval}
        kind="line"
        series={[
          { name: t("home.profiles"), values: numbers?.profiles ?? [], color: "gray.5" },
          { name: t("home.subscribers"), values: numbers?.subscribers ?? [], color: "accent.6" },
        ]}
        format={formats.number}
        formatTick={formats.compact}
        fileName="audience"
      />
    </div>
  );
}
