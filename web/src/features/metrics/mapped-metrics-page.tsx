import { Select, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, relatedId, type Many, type Resource } from "@/lib/api";
import { useMetrics } from "@/lib/collections";
import type { CustomMetricAttributes, MappedMetricAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { say } from "@/ui/toast";
import { MetricTabs } from "./tabs";

type Row = Resource<MappedMetricAttributes>;
const KEY = ["mapped-metrics"];
const ROLES = ["revenue", "refunded_sales", "cancelled_sales", "ordered_product", "started_checkout", "added_to_cart", "viewed_product"] as const;
const AUTOMATIC = "automatic";

export function MappedMetricsPage() {
  const { t } = useTranslation();
  const mapped = useQuery({ queryKey: KEY, queryFn: () => api.get<Many<MappedMetricAttributes>>("/api/mapped-metrics") });
  return (
    <Page title={t("metrics.tab_mapped")} note={t("mappedMetrics.intro")}>
      <MetricTabs value="mapped" />
      {mapped.isError && <ErrorNote error={mapped.error} retry={() => void mapped.refetch()} />}
      {mapped.isPending && <Loading />}
      {mapped.data && (
        <Table.ScrollContainer minWidth={560}>
          <Table maw={860} verticalSpacing="sm">
            <Table.Thead>
              <Table.Tr>
                <Table.Th pl={0}>{t("mappedMetrics.role")}</Table.Th>
                <Table.Th>{t("mappedMetrics.metric")}</Table.Th>
                <Table.Th ta="right">{t("mappedMetrics.updated")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {ROLES.map((role) => {
                const row = mapped.data.data.find((one) => one.id === role);
                return row && <RoleRow key={role} role={role} row={row} />;
              })}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Page>
  );
}

function RoleRow({ role, row }: { role: (typeof ROLES)[number]; row: Row }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data, names } = useChoices(row);
  const choose = useMutation({
    mutationFn: (key: string) => {
      const [type, id] = key.split(":");
      const link = type === AUTOMATIC ? { metric: { data: null } } : { [type as string]: { data: { type, id } } };
      return api.patch(`/api/mapped-metrics/${role}`, { data: { type: "mapped-metric", id: role, relationships: link } });
    },
    onSuccess: () => {
      say(t("common.saved"));
      void queries.invalidateQueries({ queryKey: KEY });
      void queries.invalidateQueries({ queryKey: ["reports"] });
    },
  });
  const custom = relatedId(row, "custom-metric");
  const value = row.attributes.is_automatic ? AUTOMATIC : custom ? `custom-metric:${custom}` : `metric:${relatedId(row, "metric") ?? ""}`;
  return (
    <Table.Tr>
      <Table.Td pl={0}>
        {t(`mappedMetrics.${role}`)}
        <Text size="xs" c="dimmed">
          {t(`mappedMetrics.${role}Hint`)}
        </Text>
      </Table.Td>
      <Table.Td w={320}>
        <Select aria-label={t(`mappedMetrics.${role}`)} searchable allowDeselect={false} disabled={choose.isPending} value={names ? value : null} onChange={(next) => next && choose.mutate(next)} data={data} />
      </Table.Td>
      <Table.Td ta="right">{row.attributes.is_automatic ? <span className="quiet">–</span> : <Moment at={row.attributes.updated} as="ago" />}</Table.Td>
    </Table.Tr>
  );
}

function useChoices(row: Row) {
  const { t } = useTranslation();
  const metrics = useMetrics();
  const customs = useQuery({ queryKey: ["custom-metrics"], queryFn: () => api.get<Many<CustomMetricAttributes>>("/api/custom-metrics", { include: "metrics" }) });
  const own = (metrics.data ?? []).filter((one) => one.attributes.integration?.category !== "Internal");
  const usual = row.attributes.is_automatic && own.find((one) => one.id === relatedId(row, "metric"))?.attributes.name;
  const automatic = !row.attributes.is_automatic ? t("mappedMetrics.automatic") : usual ? t("mappedMetrics.automaticNow", { name: usual }) : t("mappedMetrics.automaticNone");
  return {
    names: metrics.data !== undefined && customs.data !== undefined,
    data: [
      { value: AUTOMATIC, label: automatic },
      { group: t("mappedMetrics.groupMetrics"), items: own.map((one) => ({ value: `metric:${one.id}`, label: `${one.attributes.name} (${one.attributes.integration?.name ?? "API"})` })) },
      { group: t("mappedMetrics.groupCustom"), items: (customs.data?.data ?? []).map((one) => ({ value: `custom-metric:${one.id}`, label: one.attributes.name })) },
    ],
  };
}
