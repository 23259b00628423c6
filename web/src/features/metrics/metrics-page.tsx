import { Group } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useMetrics } from "@/lib/collections";
import type { MetricAttributes } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { AsOf, Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { SearchBox } from "@/ui/search-box";

type Row = Resource<MetricAttributes>;

export function MetricsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const metrics = useMetrics();
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: "name", header: t("metrics.name"), meta: { phone: true }, cell: ({ row }) => row.original.attributes.name },
      { id: "source", header: t("metrics.source"), cell: ({ row }) => row.original.attributes.integration?.name ?? "API" },
      { id: "id", header: t("metrics.id"), cell: ({ row }) => <span className="mono">{row.original.id}</span> },
      {
        id: "created",
        header: t("metrics.firstSeen"),
        meta: { align: "right", width: 160 },
        cell: ({ row }) => <Moment at={row.original.attributes.created} as="date" />,
      },
    ],
    [t],
  );
  const rows = useMemo(() => {
    const text = (search.search ?? "").toLowerCase();
    return (metrics.data ?? [])
      .filter((row) => row.attributes.name.toLowerCase().includes(text))
      .sort((a, b) => a.attributes.name.localeCompare(b.attributes.name));
  }, [metrics.data, search.search]);
  return (
    <Page fill title={t("nav.metrics")} note={t("metrics.intro")}>
      <Group mb="xs">
        <SearchBox
          label={t("metrics.search")}
          value={search.search ?? ""}
          onChange={(text) => void navigate({ to: "/analytics/metrics", search: { search: text || undefined }, replace: true })}
        />
        <AsOf at={metrics.dataUpdatedAt || undefined} />
      </Group>
      {metrics.isError ? (
        <ErrorNote error={metrics.error} retry={() => void metrics.refetch()} />
      ) : (
        <DataTable
          name="metrics"
          label={t("nav.metrics")}
          columns={columns}
          rows={rows}
          rowId={(row) => row.id}
          loading={metrics.isPending}
          onOpen={(row) =>
            void navigate({
              to: "/analytics/metrics/$id",
              params: { id: row.id },
            })
          }
          empty={search.search ? <Empty title={t("metrics.noneFound")} /> : <Empty title={t("metrics.none")}>{t("metrics.noneHint")}</Empty>}
        />
      )}
    </Page>
  );
}
