import { Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ImportMapping, ImportPreviewRow } from "@/lib/types";
import { ErrorNote, Loading } from "@/ui/page";
import { Status, type Tone } from "@/ui/status";
import classes from "./imports.module.css";
import { usePreview } from "./jobs";

const TONES: Record<ImportPreviewRow["action"], Tone> = { create: "good", record: "good", update: "busy", unchanged: "idle", refuse: "bad" };
const MOST_CHANGES = 6;

/** The first rows, each with what it will do, or why it will not. */
export function Preview({ id, mapping }: { id: string; mapping: ImportMapping }) {
  const { t } = useTranslation();
  const preview = usePreview(id, mapping);
  if (preview.isPending) return <Loading />;
  if (preview.isError) return <ErrorNote error={preview.error} />;
  return (
    <div className={classes.preview}>
      <Table verticalSpacing={6} style={{ minWidth: 640, maxWidth: 980 }}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={60}>{t("imports.row")}</Table.Th>
            <Table.Th>{t("imports.who")}</Table.Th>
            <Table.Th w={150}>{t("imports.will")}</Table.Th>
            <Table.Th>{t("imports.details")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.data.data.attributes.rows.map((row) => (
            <Table.Tr key={row.row}>
              <Table.Td>{row.row}</Table.Td>
              <Table.Td>{row.profile_id ? <Link to="/profiles/$id" params={{ id: row.profile_id }} search={{}}>{row.who}</Link> : row.who}</Table.Td>
              <Table.Td>
                <Status tone={TONES[row.action]}>{t(`imports.action.${row.action}`)}</Status>
              </Table.Td>
              <Table.Td>
                <Details row={row} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Details({ row }: { row: ImportPreviewRow }) {
  const { t } = useTranslation();
  if (row.action === "refuse") {
    return (
      <Text size="sm" className={classes.refused}>
        {row.column ? `${row.column}: ${row.reason}` : row.reason}
      </Text>
    );
  }
  const parts = row.changes.slice(0, MOST_CHANGES).map((change) => `${wordOf(change.field)}: ${change.old === null || change.old === "" ? "" : `${shown(change.old)} → `}${shown(change.new)}`);
  if (row.changes.length > MOST_CHANGES) parts.push(`+${row.changes.length - MOST_CHANGES}`);
  parts.push(...row.consents.map((consent) => consent.toLowerCase()));
  if (row.metric) parts.unshift(row.metric);
  if (row.merged) parts.push(t("imports.merged", { count: row.merged }));
  if (row.kept) parts.push(t("imports.kept"));
  return (
    <Text size="sm" c="dimmed">
      {parts.join(" · ")}
    </Text>
  );
}

/** A field as people call it; custom properties keep their names. */
function wordOf(field: string): string {
  if (field.startsWith("properties.")) return field.slice("properties.".length);
  return field.replace(/^location\./, "").replaceAll("_", " ");
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
