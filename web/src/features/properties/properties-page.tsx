import { Group, Progress, Switch, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, type Many, type Resource } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { PropertyAttributes } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { AsOf, Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { SearchBox } from "@/ui/search-box";
import { JobNotes } from "./job-notes";
import { PropertyDrawer } from "./property-drawer";
import { KEY, typeWord } from "./words";

type Row = Resource<PropertyAttributes>;

export function PropertiesPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const search: { search?: string; property?: string; hidden?: string } = useSearch({ strict: false });
  const set = (change: typeof search) => void navigate({ to: "/properties", search: { ...search, ...change }, replace: true });
  const found = useQuery({
    queryKey: KEY,
    queryFn: () => api.get<Many<PropertyAttributes>>("/api/profile-properties", { "additional-fields[profile-property]": "sample_values" }),
  });
  const all = useMemo(() => found.data?.data ?? [], [found.data]);
  const rows = useMemo(() => {
    const text = (search.search ?? "").toLowerCase();
    const fits = ({ label, property }: PropertyAttributes) => `${label} ${property}`.toLowerCase().includes(text);
    return all.filter((row) => fits(row.attributes) && (search.hidden || !row.attributes.is_hidden));
  }, [all, search.search, search.hidden]);
  const columns = useColumns();
  return (
    <Page fill title={t("nav.properties")} note={found.data && t("properties.intro", { count: all.length, formatted: formats.number(all.length) })}>
      <JobNotes />
      <Group mb="xs">
        <SearchBox label={t("properties.search")} value={search.search ?? ""} onChange={(text) => set({ search: text || undefined })} />
        <Switch label={t("properties.showHidden")} checked={Boolean(search.hidden)} onChange={(event) => set({ hidden: event.currentTarget.checked ? "1" : undefined })} />
        <AsOf at={found.dataUpdatedAt || undefined} />
      </Group>
      {found.isError ? (
        <ErrorNote error={found.error} retry={() => void found.refetch()} />
      ) : (
        <DataTable
          name="properties"
          label={t("nav.properties")}
          columns={columns}
          rows={rows}
          rowId={(row) => row.id}
          loading={found.isPending}
          onOpen={(row) => set({ property: row.id })}
          empty={all.length ? <Empty title={t("properties.noneFound")} /> : <Empty title={t("properties.none")}>{t("properties.noneHint")}</Empty>}
        />
      )}
      <PropertyDrawer id={search.property} close={() => set({ property: undefined })} />
    </Page>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("properties.name"),
        meta: { phone: true, width: 240 },
        cell: ({ row }) => {
          const { label, property, is_hidden } = row.original.attributes;
          return (
            <>
              {label} {label !== property && <span className="mono quiet">{property}</span>} {is_hidden && <span className="quiet">({t("properties.hidden")})</span>}
            </>
          );
        },
      },
      { id: "type", header: t("properties.type"), meta: { width: 160 }, cell: ({ row }) => typeWord(row.original.attributes, t) },
      {
        id: "coverage",
        header: t("properties.coverage"),
        meta: { width: 180, phone: true },
        cell: ({ row }) => {
          const { coverage, seen } = row.original.attributes;
          return (
            <Tooltip label={formats.number(seen)}>
              <Group gap="xs" wrap="nowrap">
                <Progress value={coverage * 100} w={80} size="sm" aria-label={t("properties.coverage")} />
                <span>{formats.percent(coverage)}</span>
              </Group>
            </Tooltip>
          );
        },
      },
      { id: "samples", header: t("properties.samples"), cell: ({ row }) => <span className="quiet">{(row.original.attributes.sample_values ?? []).slice(0, 5).map(String).join(" · ")}</span> },
      { id: "last", header: t("properties.lastSeen"), meta: { align: "right", width: 140 }, cell: ({ row }) => <Moment at={row.original.attributes.last_seen} as="ago" /> },
    ],
    [t, formats],
  );
}
