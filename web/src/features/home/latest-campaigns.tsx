import { Anchor, Group, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Many } from "@/lib/api";
import { useRevenueMetric } from "@/lib/collections";
import { both, equals } from "@/lib/filter";
import { useCampaignStatistics } from "@/lib/reports";
import { useFormats } from "@/lib/session";
import type { CampaignAttributes } from "@/lib/types";
import { AsOf } from "@/ui/moment";
import { Lines } from "@/ui/lines";
import { ErrorNote } from "@/ui/page";

const SHOWN = 5;

export function LatestCampaigns() {
  const { t } = useTranslation();
  const formats = useFormats();
  const revenue = useRevenueMetric();
  const campaigns = useQuery({
    queryKey: ["campaigns", "latest"],
    queryFn: () =>
      api.get<Many<CampaignAttributes>>("/api/campaigns", {
        filter: both(equals("messages.channel", "email"), equals("status", "Sent")),
        sort: "-scheduled_at",
        "page[size]": SHOWN,
      }),
    refetchInterval: 5_000,
  });
  const statistics = useCampaignStatistics(revenue);
  return (
    <section aria-label={t("home.latestCampaigns")}>
      <Group justify="space-between" mb={4}>
        <Title order={2}>{t("home.latestCampaigns")}</Title>
        <AsOf at={statistics.dataUpdatedAt || undefined} />
      </Group>
      {campaigns.isError && <ErrorNote error={campaigns.error} />}
      {campaigns.isPending && <Lines count={4} />}
      {campaigns.data?.data.length === 0 && (
        <Text c="dimmed">
          {t("home.noCampaigns")} <Anchor component={Link} to="/campaigns" inherit underline="always">{t("home.startCampaign")}</Anchor>
        </Text>
      )}
      {Boolean(campaigns.data?.data.length) && (
        <Table horizontalSpacing={6} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th pl={0}>{t("home.campaign")}</Table.Th>
              <Table.Th className="figure" w={70}>{t("home.opens")}</Table.Th>
              <Table.Th className="figure" w={92}>{t("home.revenue")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {campaigns.data?.data.map((row) => {
              const numbers = statistics.data?.[row.id];
              return (
                <Table.Tr key={row.id}>
                  <Table.Td pl={0} className="clip">
                    <Link className="plain" to="/campaigns/$id" params={{ id: row.id }} title={row.attributes.name}>
                      {row.attributes.name}
                    </Link>
                    <Text size="xs" c="dimmed">{formats.date(row.attributes.send_time ?? row.attributes.scheduled_at)}</Text>
                  </Table.Td>
                  <Table.Td className="figure">{formats.percent(numbers?.open_rate)}</Table.Td>
                  <Table.Td className="figure">{formats.moneyShort(numbers?.conversion_value)}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
