import { Button, SegmentedControl, Text, Title } from "@mantine/core";
import { IconArrowsExchange, IconFileSpreadsheet } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState, type DragEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, type One, type Resource } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { ImportJobAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { Status } from "@/ui/status";
import classes from "./imports.module.css";
import { TONES, useImports } from "./jobs";

type Kind = "profiles" | "events" | "online-retail";
const HINTS = { profiles: "imports.peopleHint", events: "imports.eventsHint", "online-retail": "imports.retailHint" } as const;
const ACCEPTED = ".csv,.tsv,.tab,.txt,.xlsx,.jsonl,.ndjson,.json,.parquet,.gz,.xz,.zip";

export function ImportsPage() {
  const { t } = useTranslation();
  const jobs = useImports();
  const move = (
    <Button component={Link} to="/move-from-klaviyo" variant="default" leftSection={<IconArrowsExchange size={16} />}>
      {t("imports.move")}
    </Button>
  );
  return (
    <Page title={t("imports.title")} note={t("imports.intro")} actions={move}>
      <Upload />
      <Title order={2} mt="xl" mb="xs">
        {t("imports.history")}
      </Title>
      {jobs.isPending && <Loading />}
      {jobs.isError && <ErrorNote error={jobs.error} retry={() => void jobs.refetch()} />}
      {jobs.data?.data.length === 0 && <Empty title={t("imports.none")}>{t("imports.noneHint")}</Empty>}
      {jobs.data?.data.map((job) => (
        <Job key={job.id} job={job} />
      ))}
    </Page>
  );
}

function Upload() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>("profiles");
  const [over, setOver] = useState(false);
  const upload = useMutation({
    meta: { quiet: true },
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set("kind", kind);
      form.set("file", file);
      return api.post<One<ImportJobAttributes>>("/api/import-jobs", form);
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["imports"] });
      await navigate({ to: "/imports/$id", params: { id: made.data.id } });
    },
  });
  const take = (file: File | null | undefined) => file && upload.mutate(file);
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <>
      <SegmentedControl
        mb="sm"
        value={kind}
        onChange={(value) => setKind(value as Kind)}
        data={[
          { value: "profiles", label: t("imports.people") },
          { value: "events", label: t("imports.events") },
          { value: "online-retail", label: t("imports.retail") },
        ]}
      />
      <label
        className={classes.drop}
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={dropped}
      >
        <IconFileSpreadsheet size={28} stroke={1.4} aria-hidden />
        <Text fw={500}>{upload.isPending ? t("imports.uploading", { name: upload.variables.name }) : t("imports.drop")}</Text>
        <Text c="dimmed" size="sm">
          {t(HINTS[kind])}
        </Text>
        <input
          type="file"
          className="screen-reader"
          accept={ACCEPTED}
          disabled={upload.isPending}
          aria-label={t("imports.drop")}
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </label>
      {upload.isError && <ErrorNote error={upload.error} />}
    </>
  );
}

function Job({ job }: { job: Resource<ImportJobAttributes> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { kind, filename, status, rows, counts, created } = job.attributes;
  return (
    <div className={classes.job}>
      <Text fw={500} className="clip" component={Link} to={`/imports/${job.id}`}>
        {filename}
      </Text>
      <Status tone={TONES[status] ?? "busy"}>{t(`imports.status.${status as "draft"}`)}</Status>
      <Text c="dimmed" size="sm">
        {t(`imports.kind.${kind as "profiles"}`)} · {t("imports.rows", { count: rows, rows: formats.number(rows) })}
        {counts?.refused ? ` · ${formats.number(counts.refused)} ${t("imports.counts.refused")}` : ""}
      </Text>
      <Text c="dimmed" size="sm">
        <Moment at={created} />
      </Text>
    </div>
  );
}
