/** The people of a list or segment, newest first. */
import { Button } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { equals } from "@/lib/filter";
import { fullName } from "@/lib/format";
import type { ProfileAttributes } from "@/lib/types";
import { DataTable, type Column } from "./data-table";
import { Moment } from "./moment";
import { Empty, ErrorNote } from "./page";

export type Member = Resource<ProfileAttributes>;

interface MembersTableProps {
  kind: "lists" | "segments";
  id: string;
  email: string;
  action: { label: string; run: (member: Member) => void };
  empty: ReactNode;
  refetchInterval?: number;
}

export function MembersTable({ kind, id, email, action, empty, refetchInterval }: MembersTableProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { label, run } = action;
  const members = useRows<ProfileAttributes>(
    [kind, id, "members"],
    `/api/${kind}/${id}/profiles`,
    { sort: "-joined_group_at", filter: email ? equals("email", email) : undefined, "page[size]": 100 },
    { refetchInterval },
  );
  const columns = useMemo<Column<Member>[]>(
    () => [
      {
        id: "email",
        header: t("profiles.email"),
        meta: { phone: true, width: "40%" },
        cell: ({ row }) => row.original.attributes.email ?? row.original.attributes.phone_number ?? row.original.id,
      },
      { id: "name", header: t("profiles.name"), cell: ({ row }) => fullName(row.original.attributes) || "–" },
      { id: "joined", header: t("members.joined"), meta: { width: 180 }, cell: ({ row }) => <Moment at={row.original.attributes.joined_group_at} /> },
      {
        id: "action",
        header: "",
        meta: { width: 92, align: "right", phone: true },
        cell: ({ row }) => (
          <Button size="compact-xs" variant="default" onClick={() => run(row.original)}>
            {label}
          </Button>
        ),
      },
    ],
    [t, label, run],
  );
  if (members.error) return <ErrorNote error={members.error} retry={members.retry} />;
  return (
    <DataTable
      name={kind}
      label={t("members.title")}
      columns={columns}
      rows={members.rows}
      rowId={(row) => row.id}
      onOpen={(row) => void navigate({ to: "/profiles/$id", params: { id: row.id } })}
      onEnd={members.more}
      loading={members.loading}
      loadingMore={members.loadingMore}
      empty={email ? <Empty title={t("members.notFound", { email })} /> : empty}
    />
  );
}
