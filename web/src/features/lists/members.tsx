/** The people of a list, newest first, with how they came there. */
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { methodName } from "@/lib/consent-words";
import { both, equals } from "@/lib/filter";
import type { ListMembership } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote } from "@/ui/page";

type Row = Resource<ListMembership>;
const profileOf = (row: Row) => row.id.slice(row.id.indexOf(":") + 1);

interface ListMembersProps {
  id: string;
  email: string;
  remove: (profile: string) => void;
  empty: ReactNode;
}

export function ListMembers({ id, email, remove, empty }: ListMembersProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const inList = equals("list_id", id);
  const members = useRows<ListMembership>(["lists", id, "members"], "/api/list-memberships", {
    sort: "-joined_group_at",
    filter: email ? both(inList, equals("email", email)) : inList,
    "page[size]": 100,
  });
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: "email", header: t("profiles.email"), meta: { phone: true, width: "34%" }, cell: ({ row }) => row.original.attributes.email ?? profileOf(row.original) },
      { id: "name", header: t("profiles.name"), cell: ({ row }) => row.original.attributes.name || "–" },
      { id: "how", header: t("listPage.how"), meta: { width: 170 }, cell: ({ row }) => (row.original.attributes.method ? methodName(t, row.original.attributes.method) : "–") },
      { id: "joined", header: t("members.joined"), meta: { width: 160 }, cell: ({ row }) => <Moment at={row.original.attributes.joined_at} /> },
      {
        id: "action",
        header: "",
        meta: { width: 92, align: "right", phone: true },
        cell: ({ row }) => (
          <Button size="compact-xs" variant="default" onClick={() => remove(profileOf(row.original))}>
            {t("common.remove")}
          </Button>
        ),
      },
    ],
    [t, remove],
  );
  if (members.error) return <ErrorNote error={members.error} retry={members.retry} />;
  return (
    <DataTable
      name="lists"
      label={t("members.title")}
      columns={columns}
      rows={members.rows}
      rowId={(row) => row.id}
      onOpen={(row) => void navigate({ to: "/profiles/$id", params: { id: profileOf(row) } })}
      onEnd={members.more}
      loading={members.loading}
      loadingMore={members.loadingMore}
      empty={email ? <Empty title={t("members.notFound", { email })} /> : empty}
    />
  );
}
