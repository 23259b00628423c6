import { Button, Group, SegmentedControl } from "@mantine/core";
import { IconLayersIntersect, IconPlus } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useSegments } from "@/lib/collections";
import type { SegmentAttributes } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { ProfileCount } from "@/ui/profile-count";
import { SearchBox } from "@/ui/search-box";
import { FILTERS, filterOf, shown, type SegmentsSearch } from "./list";
import { useNames } from "./names";
import { Star } from "./page/star";
import { SegmentStatus } from "./segment-status";
import { definitionText } from "./sentence";

type Row = Resource<SegmentAttributes>;

export function SegmentsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as SegmentsSearch;
  const segments = useSegments();
  const columns = useColumns();
  const rows = useMemo(() => shown([...(segments.data ?? [])], search), [segments.data, search]);
  const set = (change: SegmentsSearch) => void navigate({ to: "/segments", replace: true, search: { ...search, ...change } });
  const create = (
    <Button component={Link} to="/segments/new" leftSection={<IconPlus size={16} />}>
      {t("segments.create")}
    </Button>
  );
  const compare = (
    <Button component={Link} to="/segments/compare" variant="default" leftSection={<IconLayersIntersect size={16} />}>
      {t("segmentList.compare")}
    </Button>
  );
  const none = segments.data?.length === 0;
  return (
    <Page
      fill
      title={t("nav.segments")}
      note={t("segments.intro")}
      actions={
        <>
          {!none && compare}
          {create}
        </>
      }
    >
      {!none && (
        <Group mb="xs" gap="xs">
          <SearchBox label={t("segmentList.search")} value={search.search ?? ""} onChange={(text) => set({ search: text || undefined })} />
          <SegmentedControl
            size="xs"
            aria-label={t("segmentList.only")}
            value={filterOf(search.only)}
            onChange={(only) => set({ only: only === "all" ? undefined : only })}
            data={FILTERS.map((one) => ({ value: one, label: t(`segmentList.${one}`) }))}
          />
        </Group>
      )}
      {segments.isError ? (
        <ErrorNote error={segments.error} retry={() => void segments.refetch()} />
      ) : (
        <DataTable
          name="segments"
          label={t("nav.segments")}
          columns={columns}
          rows={rows}
          rowId={(row) => row.id}
          sort={search.sort}
          onSort={(sort) => set({ sort })}
          loading={segments.isPending}
          onOpen={(row) => void navigate({ to: "/segments/$id", params: { id: row.id } })}
          empty={
            none ? (
              <Empty title={t("segments.none")} action={create}>
                {t("segments.noneHint")}
              </Empty>
            ) : (
              <Empty title={t("segmentList.none")} />
            )
          }
        />
      )}
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const names = useNames();
  return useMemo(
    () => [
      {
        id: "star",
        header: "",
        meta: { width: 40 },
        cell: ({ row }) => <Star id={row.original.id} starred={row.original.attributes.is_starred} subtle />,
      },
      { id: "name", header: t("segments.name"), meta: { phone: true, width: "26%", sort: "name" }, cell: ({ row }) => row.original.attributes.name },
      {
        id: "summary",
        header: t("segments.who"),
        cell: ({ row }) => {
          const { summary, definition } = row.original.attributes;
          const text = summary || (definition ? definitionText(definition, names, t) : "");
          return (
            <span className="quiet" title={text}>
              {text}
            </span>
          );
        },
      },
      {
        id: "members",
        header: t("segments.members"),
        meta: { align: "right", width: 110, phone: true },
        cell: ({ row }) => <ProfileCount kind="segment" id={row.original.id} />,
      },
      { id: "status", header: t("segments.status"), meta: { width: 110 }, cell: ({ row }) => <SegmentStatus segment={row.original.attributes} /> },
      {
        id: "updated",
        header: t("segments.updated"),
        meta: { align: "right", width: 130, sort: "updated" },
        cell: ({ row }) => <Moment at={row.original.attributes.updated} as="ago" />,
      },
    ],
    [t, names],
  );
}
