import { Button, Group, Select, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { relatedId, type Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { csv, download } from "@/lib/csv";
import { both, equals } from "@/lib/filter";
import type { LedgerRow } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote } from "@/ui/page";
import { Status, type Tone } from "@/ui/status";

type Row = Resource<LedgerRow>;

const STATES = ["queued", "accepted", "failed", "skipped"];
const TONES: Record<string, Tone> = { accepted: "good", sent: "good", handed_over: "busy", queued: "busy", failed: "bad", skipped: "warn" };
const plain = (text: string | null) => (text ? text.toLowerCase().replaceAll("_", " ") : "");

/** One row per person: what became of their message, and why. */
export function Ledger({ campaignId, busy }: { campaignId: string; busy: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [state, setState] = useState<string | null>(null);
  const rows = useRows<LedgerRow>(
    ["messages", campaignId],
    "/api/messages",
    { filter: both(equals("campaign_id", campaignId), state && equals("state", state)), "page[size]": 100 },
    { refetchInterval: busy ? 2_000 : undefined },
  );
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: "email", header: t("profiles.email"), meta: { phone: true }, cell: ({ row }) => row.original.attributes.email ?? "–" },
      {
        id: "state",
        header: t("ledger.state"),
        meta: { width: 150, phone: true },
        cell: ({ row }) => <Status tone={TONES[row.original.attributes.state] ?? "idle"}>{plain(row.original.attributes.state)}</Status>,
      },
      { id: "reason", header: t("ledger.reason"), cell: ({ row }) => plain(row.original.attributes.reason) || "–" },
      { id: "sent", header: t("ledger.sentAt"), meta: { width: 180 }, cell: ({ row }) => <Moment at={row.original.attributes.sent_at ?? row.original.attributes.queued_at} /> },
    ],
    [t],
  );
  const save = () => {
    const lines = rows.rows.map(({ attributes: a }) => [a.email, a.state, a.reason, a.queued_at, a.sent_at]);
    download("recipients.csv", csv(["email", "state", "reason", "queued_at", "sent_at"], lines));
  };
  return (
    <section className="section" aria-label={t("ledger.title")}>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("ledger.title")}</Title>
        <Group gap="xs">
          <Select aria-label={t("ledger.state")} placeholder={t("ledger.anyState")} clearable w={150} value={state} onChange={setState} data={STATES} />
          <Button variant="default" leftSection={<IconDownload size={15} />} disabled={!rows.rows.length} onClick={save}>
            {t("profiles.csv", { count: rows.rows.length })}
          </Button>
        </Group>
      </Group>
      {rows.error ? (
        <ErrorNote error={rows.error} retry={rows.retry} />
      ) : (
        <div style={{ height: 420, display: "flex" }}>
          <DataTable
            name="ledger"
            label={t("ledger.title")}
            columns={columns}
            rows={rows.rows}
            rowId={(row) => row.id}
            onOpen={(row) => {
              const id = relatedId(row, "profile");
              if (id) void navigate({ to: "/profiles/$id", params: { id } });
            }}
            onEnd={rows.more}
            loading={rows.loading}
            loadingMore={rows.loadingMore}
            empty={<Empty title={t("ledger.none")} />}
          />
        </div>
      )}
    </section>
  );
}
