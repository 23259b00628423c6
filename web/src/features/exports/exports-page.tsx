import { Anchor, Button, Group, Progress, SegmentedControl, Select, TagsInput, Text, TextInput, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many, type Resource } from "@/lib/api";
import { listsQuery, metricsQuery, segmentsQuery } from "@/lib/collections";
import { useFormats } from "@/lib/session";
import type { ExportJobAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { Status, type Tone } from "@/ui/status";
import classes from "./exports.module.css";

const KINDS = ["profiles", "list", "segment", "metric", "account"] as const;
const FORMATS = ["csv", "jsonl", "parquet"] as const;
const COLUMNS = ["id", "email", "phone_number", "external_id", "first_name", "last_name", "organization", "location.city", "location.region", "location.country", "created", "updated", "consent.email.marketing", "consented_at.email.marketing", "consent.sms.marketing", "suppressions", "lists"];
const TONES: Record<string, Tone> = { complete: "good", failed: "bad", cancelled: "idle", queued: "idle", expired: "idle" };
const BUSY = new Set(["queued", "processing"]);
const JOBS = ["exports"];

interface Wish {
  of: (typeof KINDS)[number];
  format: (typeof FORMATS)[number];
  id: string;
  search: string;
  columns: string[];
  since: string;
  until: string;
}

const FIRST: Wish = { of: "profiles", format: "csv", id: "", search: "", columns: [], since: "", until: "" };

export function ExportsPage() {
  const { t } = useTranslation();
  const jobs = useQuery({
    queryKey: JOBS,
    queryFn: () => api.get<Many<ExportJobAttributes>>("/api/export-jobs", { "page[size]": 50 }),
    refetchInterval: (query) => (query.state.data?.data.some((job) => BUSY.has(job.attributes.status)) ? 1_000 : false),
  });
  return (
    <Page title={t("exports.title")} note={t("exports.intro")}>
      <NewExport />
      <Title order={2} mt="xl" mb="xs">
        {t("exports.history")}
      </Title>
      {jobs.isPending && <Loading />}
      {jobs.isError && <ErrorNote error={jobs.error} retry={() => void jobs.refetch()} />}
      {jobs.data?.data.length === 0 && <Empty title={t("exports.none")}>{t("exports.noneHint")}</Empty>}
      {jobs.data?.data.map((job) => (
        <Job key={job.id} job={job} />
      ))}
    </Page>
  );
}

/** The body of a request for an export. */
function asked(wish: Wish): object {
  const times = wish.of === "metric" || wish.of === "account";
  const people = wish.of !== "metric";
  return {
    of: wish.of,
    format: wish.format,
    id: wish.id,
    columns: people ? wish.columns : [],
    filter: wish.of === "profiles" && wish.search.trim() ? `contains(search,${JSON.stringify(wish.search.trim())})` : "",
    since: times && wish.since ? `${wish.since}T00:00:00Z` : null,
    until: times && wish.until ? `${wish.until}T00:00:00Z` : null,
  };
}

function NewExport() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [wish, setWish] = useState<Wish>(FIRST);
  const set = (change: Partial<Wish>) => setWish({ ...wish, ...change });
  const start = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.post("/api/export-jobs", wrap("export-job", asked(wish))),
    onSuccess: () => queries.invalidateQueries({ queryKey: JOBS }),
  });
  const named = wish.of === "list" || wish.of === "segment" || wish.of === "metric";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <Select label={t("exports.what")} data={KINDS.map((kind) => ({ value: kind, label: t(`exports.of.${kind}`) }))} value={wish.of} onChange={(of) => set({ of: (of ?? "profiles") as Wish["of"], id: "" })} allowDeselect={false} />
      {named && <Which kind={wish.of as "list"} value={wish.id} onChange={(id) => set({ id })} />}
      {wish.of === "profiles" && <TextInput label={t("exports.search")} description={t("exports.searchHint")} value={wish.search} onChange={(event) => set({ search: event.currentTarget.value })} />}
      {(wish.of === "metric" || wish.of === "account") && (
        <Group grow>
          <TextInput type="date" label={t("exports.since")} value={wish.since} onChange={(event) => set({ since: event.currentTarget.value })} />
          <TextInput type="date" label={t("exports.until")} value={wish.until} onChange={(event) => set({ until: event.currentTarget.value })} />
        </Group>
      )}
      {wish.of !== "metric" && <TagsInput label={t("exports.columns")} description={t("exports.columnsHint")} data={COLUMNS} value={wish.columns} onChange={(columns) => set({ columns })} clearable />}
      <div>
        <Text size="sm" fw={500} mb={4}>
          {t("exports.format")}
        </Text>
        <SegmentedControl value={wish.format} onChange={(format) => set({ format: format as Wish["format"] })} data={FORMATS.map((format) => ({ value: format, label: t(`exports.formats.${format}`) }))} />
      </div>
      {start.isError && <ErrorNote error={start.error} />}
      <Group>
        <Button type="submit" leftSection={<IconDownload size={16} />} loading={start.isPending} disabled={named && !wish.id}>
          {t("exports.start")}
        </Button>
      </Group>
    </form>
  );
}

function Which({ kind, value, onChange }: { kind: "list" | "segment" | "metric"; value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const lists = useQuery({ ...listsQuery, enabled: kind === "list" });
  const segments = useQuery({ ...segmentsQuery, enabled: kind === "segment" });
  const metrics = useQuery({ ...metricsQuery, enabled: kind === "metric" });
  const rows: Resource<{ name?: string | null }>[] = { list: lists.data, segment: segments.data, metric: metrics.data }[kind] ?? [];
  return <Select label={t("exports.which")} data={rows.map((row) => ({ value: row.id, label: row.attributes.name ?? row.id }))} value={value || null} onChange={(id) => onChange(id ?? "")} searchable />;
}

function Job({ job }: { job: Resource<ExportJobAttributes> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const queries = useQueryClient();
  const { filename, status, detail, rows, total_rows, size, download_url, created, expires } = job.attributes;
  const busy = BUSY.has(status);
  const end = useMutation({
    mutationFn: () => api.delete(`/api/export-jobs/${job.id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: JOBS }),
  });
  return (
    <section className={classes.job} aria-label={filename}>
      <Group justify="space-between">
        <Group gap="sm">
          {download_url ? (
            <Anchor href={new URL(download_url).pathname} download fw={500}>
              {filename}
            </Anchor>
          ) : (
            <Text fw={500}>{filename}</Text>
          )}
          <Status tone={TONES[status] ?? "busy"}>{t(`exports.status.${status as "queued"}`)}</Status>
        </Group>
        {(busy || status === "complete") && (
          <Button size="compact-xs" variant="default" loading={end.isPending} onClick={() => end.mutate()}>
            {t(busy ? "common.cancel" : "exports.remove")}
          </Button>
        )}
      </Group>
      {busy && <Progress value={total_rows ? Math.min(100, (100 * rows) / total_rows) : 100} animated={!total_rows} size="sm" my={8} aria-label={t("exports.progress")} />}
      <Text c="dimmed" size="sm">
        {t("imports.rows", { count: rows, rows: formats.number(rows) })}
        {size > 0 && ` · ${formats.number(Math.max(1, Math.round(size / 1024)))} kB`} · <Moment at={created} />
        {status === "complete" && expires && ` · ${t("exports.expires", { when: formats.date(expires) })}`}
      </Text>
      {detail && <Text size="sm">{detail}</Text>}
    </section>
  );
}
