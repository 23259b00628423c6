/** The people in a segment: found by any part of what they are called, with the columns that somebody wants to see. */
import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { everything, type Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { contains } from "@/lib/filter";
import { fullName } from "@/lib/format";
import type { ProfileAttributes, PropertyAttributes } from "@/lib/types";
import { ColumnChoice, DataTable, type Column } from "@/ui/data-table";
import { AsOf, Moment } from "@/ui/moment";
import { Empty, ErrorNote } from "@/ui/page";
import { SearchBox } from "@/ui/search-box";
import { Value } from "@/ui/value";

export type Member = Resource<ProfileAttributes>;

const TABLE = "segment-members";
const MOST_PROPERTIES = 20;
const HIDDEN = { phone: false, region: false, country: false, organization: false, externalId: false, created: false, changed: false };
const NEWEST = "-joined_group_at";

interface MembersProps {
  id: string;
  search: string | undefined;
  sort: string | undefined;
  set: (change: { search?: string; sort?: string }) => void;
  why: (member: Member) => void;
  empty: ReactNode;
  refetchInterval: number;
}

export function Members({ id, search, sort = NEWEST, set, why, empty, refetchInterval }: MembersProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const members = useRows<ProfileAttributes>(
    ["segments", id, "members"],
    `/api/segments/${id}/profiles`,
    { sort, filter: search ? contains("search", search) : undefined, "page[size]": 100 },
    { refetchInterval },
  );
  const properties = useProperties();
  const columns = useColumns(properties, why);
  const hidden = useMemo(() => ({ ...HIDDEN, ...Object.fromEntries(properties.map((name) => [`property ${name}`, false])) }), [properties]);
  return (
    <>
      <Group mb="xs" gap="xs">
        <SearchBox label={t("segmentPage.searchMembers")} value={search ?? ""} onChange={(text) => set({ search: text || undefined })} />
        <ColumnChoice name={TABLE} columns={columns} hidden={hidden} />
        <AsOf at={members.asOf || undefined} />
      </Group>
      {members.error ? (
        <ErrorNote error={members.error} retry={members.retry} />
      ) : (
        <DataTable
          name={TABLE}
          label={t("members.title")}
          columns={columns}
          hidden={hidden}
          rows={members.rows}
          rowId={(row) => row.id}
          sort={sort}
          onSort={(next) => set({ sort: next })}
          onOpen={(row) => void navigate({ to: "/profiles/$id", params: { id: row.id } })}
          onEnd={members.more}
          loading={members.loading}
          loadingMore={members.loadingMore}
          empty={search ? <Empty title={t("segmentPage.noneFound", { text: search })} /> : empty}
        />
      )}
    </>
  );
}

/** The names of the properties that most profiles have. */
function useProperties(): string[] {
  const found = useQuery({
    queryKey: ["profile-properties", "names"],
    queryFn: () => everything<PropertyAttributes>("/api/profile-properties"),
    staleTime: 60_000,
  });
  return useMemo(
    () =>
      (found.data ?? [])
        .filter((row) => !row.attributes.is_hidden)
        .sort((a, b) => b.attributes.coverage - a.attributes.coverage)
        .slice(0, MOST_PROPERTIES)
        .map((row) => row.attributes.property),
    [found.data],
  );
}

function useColumns(properties: string[], why: (member: Member) => void): Column<Member>[] {
  const { t } = useTranslation();
  return useMemo(() => {
    const text = (id: string, header: string, of: (who: ProfileAttributes) => unknown, width?: number | string): Column<Member> => ({
      id,
      header,
      meta: { label: header, width },
      cell: ({ row }) => <Value value={of(row.original.attributes)} />,
    });
    return [
      {
        id: "email",
        header: t("profiles.email"),
        meta: { phone: true, width: "30%" },
        cell: ({ row }) => row.original.attributes.email ?? row.original.attributes.phone_number ?? row.original.id,
      },
      text("name", t("profiles.name"), fullName),
      text("phone", t("segmentPage.phone"), (who) => who.phone_number, 150),
      text("city", t("segmentPage.city"), (who) => who.location?.city),
      text("region", t("segmentPage.region"), (who) => who.location?.region),
      text("country", t("segmentPage.country"), (who) => who.location?.country),
      text("organization", t("segmentPage.organization"), (who) => who.organization),
      text("externalId", t("segmentPage.externalId"), (who) => who.external_id),
      ...properties.map((name) => text(`property ${name}`, name, (who) => who.properties?.[name])),
      moment("created", t("segmentPage.created"), (who) => who.created),
      moment("changed", t("segmentPage.lastChange"), (who) => who.updated),
      { ...moment("joined", t("members.joined"), (who) => who.joined_group_at), meta: { label: t("members.joined"), width: 170, sort: "joined_group_at" } },
      {
        id: "why",
        header: "",
        meta: { width: 80, align: "right", phone: true },
        cell: ({ row }) => (
          <Button size="compact-xs" variant="default" onClick={() => why(row.original)}>
            {t("why.button")}
          </Button>
        ),
      },
    ];
  }, [t, properties, why]);
}

function moment(id: string, header: string, of: (who: ProfileAttributes) => string | null | undefined): Column<Member> {
  return { id, header, meta: { label: header, width: 170 }, cell: ({ row }) => <Moment at={of(row.original.attributes)} /> };
}
