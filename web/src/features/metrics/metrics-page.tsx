import { ActionIcon, Group, SegmentedControl } from "@mantine/core";
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many, type Resource } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { MetricOverview } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { AsOf, Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { SearchBox } from "@/ui/search-box";
import { arranged, SHOWN, type Shown } from "./arrange";
import { Sparkline } from "./sparkline";
import { MetricTabs } from "./tabs";

type Row = Resource<MetricOverview>;
const KEY = ["metric-overviews"];

export function MetricsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const shown = SHOWN.find((name) => name === search.show) ?? "all";
  const sort = search.sort ?? "-last_30_days";
  const metrics = useQuery({ queryKey: KEY, queryFn: () => api.get<Many<MetricOverview>>("/api/metric-overviews"), refetchInterval: 30_000 });
  const columns = useColumns();
  const rows = useMemo(() => arranged(metrics.data?.data ?? [], { text: search.search ?? "", shown, sort }), [metrics.data, search.search, shown, sort]);
  const set = (change: { search?: string; sort?: string; show?: string }) =>
    void navigate({ to: "/analytics/metrics", search: { search: search.search, sort: search.sort, show: search.show, ...change }, replace: true });
  return (
    <Page fill title={t("nav.metrics")} note={t("metrics.intro")}>
      <MetricTabs value="metrics" />
      <Group mb="xs">
        <SearchBox label={t("metrics.search")} value={search.search ?? ""} onChange={(text) => set({ search: text || undefined })} />
        <SegmentedControl
          size="xs"
          aria-label={t("metrics.show")}
          value={shown}
          onChange={(value) => set({ show: value === "all" ? undefined : value })}
          data={SHOWN.map((value: Shown) => ({ value, label: t(`metrics.show_${value}`) }))}
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
          sort={sort}
          onSort={(next) => set({ sort: next })}
          loading={metrics.isPending}
          hidden={{ id: false, created: false }}
          onOpen={(row) => void navigate({ to: "/analytics/metrics/$id", params: { id: row.id } })}
          empty={
            metrics.data?.data.length ? (
              <Empty title={t("metrics.noneFound")}>{shown === "active" ? t("metrics.noneFoundHint") : null}</Empty>
            ) : (
              <Empty title={t("metrics.none")}>{t("metrics.noneHint")}</Empty>
            )
          }
        />
      )}
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(
    () => [
      { id: "star", header: "", meta: { width: 44, label: t("metrics.show_starred") }, cell: ({ row }) => <Star row={row.original} /> },
      { id: "name", header: t("metrics.name"), meta: { phone: true, sort: "name" }, cell: ({ row }) => row.original.attributes.name },
      { id: "source", header: t("metrics.source"), meta: { width: 130 }, cell: ({ row }) => row.original.attributes.integration.name },
      { id: "id", header: t("metrics.id"), meta: { width: 100 }, cell: ({ row }) => <span className="mono">{row.original.id}</span> },
      {
        id: "days",
        header: t("metrics.trend"),
        meta: { align: "right", width: 150 },
        cell: ({ row }) => <Sparkline values={row.original.attributes.days} label={t("metrics.trend")} />,
      },
      {
        id: "last_30_days",
        header: t("metrics.last30"),
        meta: { align: "right", width: 110, sort: "last_30_days", phone: true },
        cell: ({ row }) => formats.number(row.original.attributes.last_30_days),
      },
      {
        id: "total",
        header: t("metrics.total"),
        meta: { align: "right", width: 120, sort: "total" },
        cell: ({ row }) => formats.number(row.original.attributes.total),
      },
      {
        id: "last_seen",
        header: t("metrics.lastSeen"),
        meta: { align: "right", width: 150, sort: "last_seen" },
        cell: ({ row }) => <Moment at={row.original.attributes.last_seen} as="ago" />,
      },
      {
        id: "created",
        header: t("metrics.firstSeen"),
        meta: { align: "right", width: 130 },
        cell: ({ row }) => <Moment at={row.original.attributes.created} as="date" />,
      },
    ],
    [t, formats],
  );
}

function Star({ row }: { row: Row }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const starred = row.attributes.is_starred;
  const change = useMutation({
    mutationFn: () => api.patch(`/api/metric-overviews/${row.id}`, wrap("metric-overview", { is_starred: !starred }, { id: row.id })),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
  return (
    <ActionIcon
      variant="subtle"
      color={starred ? "yellow" : "gray"}
      loading={change.isPending}
      aria-pressed={starred}
      aria-label={t(starred ? "metrics.unstar" : "metrics.star", { name: row.attributes.name })}
      onClick={(event) => {
        event.stopPropagation();
        change.mutate();
      }}
    >
      {starred ? <IconStarFilled size={15} /> : <IconStar size={15} />}
    </ActionIcon>
  );
}
