import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useSegments } from "@/lib/collections";
import type { SegmentAttributes } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { ProfileCount } from "@/ui/profile-count";
import { useNames } from "./names";
import { SegmentStatus } from "./segment-status";
import { definitionText } from "./sentence";

type Row = Resource<SegmentAttributes>;

export function SegmentsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const segments = useSegments();
  const names = useNames();
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: "name", header: t("segments.name"), meta: { phone: true, width: "26%" }, cell: ({ row }) => row.original.attributes.name },
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
      { id: "updated", header: t("segments.updated"), meta: { align: "right", width: 130 }, cell: ({ row }) => <Moment at={row.original.attributes.updated} as="ago" /> },
    ],
    [t, names],
  );
  const button = (
    <Button component={Link} to="/segments/new" leftSection={<IconPlus size={16} />}>
      {t("segments.create")}
    </Button>
  );
  return (
    <Page fill title={t("nav.segments")} note={t("segments.intro")} actions={button}>
      {segments.isError ? (
        <ErrorNote error={segments.error} retry={() => void segments.refetch()} />
      ) : (
        <DataTable
          name="segments"
          label={t("nav.segments")}
          columns={columns}
          rows={segments.data ?? []}
          rowId={(row) => row.id}
          loading={segments.isPending}
          onOpen={(row) => void navigate({ to: "/segments/$id", params: { id: row.id } })}
          empty={
            <Empty title={t("segments.none")} action={button}>
              {t("segments.noneHint")}
            </Empty>
          }
        />
      )}
    </Page>
  );
}
