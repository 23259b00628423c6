import { Anchor, Button, Table } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type Many } from "@/lib/api";
import type { CustomMetricAttributes, MetricAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { MetricTabs } from "./tabs";

export function CustomMetricsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const found = useQuery({
    queryKey: ["custom-metrics"],
    queryFn: () => api.get<Many<CustomMetricAttributes>>("/api/custom-metrics", { include: "metrics" }),
  });
  const rows = found.data?.data ?? [];
  const create = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => void navigate({ to: "/analytics/custom-metrics/$id", params: { id: "new" } })}>
      {t("customMetrics.create")}
    </Button>
  );
  return (
    <Page title={t("metrics.tab_custom")} note={t("customMetrics.intro")} actions={create}>
      <MetricTabs value="custom" />
      {found.isError && <ErrorNote error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && !rows.length && <Empty title={t("customMetrics.none")}>{t("customMetrics.noneHint")}</Empty>}
      {rows.length > 0 && (
        <Table.ScrollContainer minWidth={560}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th pl={0}>{t("customMetrics.name")}</Table.Th>
                <Table.Th>{t("customMetrics.method")}</Table.Th>
                <Table.Th>{t("customMetrics.made")}</Table.Th>
                <Table.Th ta="right">{t("customMetrics.updated")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Table.Tr key={row.id}>
                  <Table.Td pl={0}>
                    <Anchor component={Link} to={`/analytics/custom-metrics/${row.id}`} size="sm" fw={500}>
                      {row.attributes.name}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>{t(`customMetrics.method_${row.attributes.definition.aggregation_method}`)}</Table.Td>
                  <Table.Td>{names(found.data, row.attributes).join(", ")}</Table.Td>
                  <Table.Td ta="right">
                    <Moment at={row.attributes.updated} as="ago" />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Page>
  );
}

function names(document: Many<CustomMetricAttributes> | undefined, one: CustomMetricAttributes): string[] {
  const ids = [...new Set(one.definition.metric_groups.map((group) => group.metric_id))];
  return ids.map((id) => (document?.included?.find((row) => row.id === id)?.attributes as MetricAttributes | undefined)?.name ?? id);
}

