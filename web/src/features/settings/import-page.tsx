import { Button, FileInput, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { IconFileSpreadsheet, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Many, type Resource } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { ImportJobAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { Status, type Tone } from "@/ui/status";
import classes from "./settings.module.css";

const JOBS = ["import-jobs"];
const POLL = 1_000;
const OVER = new Set(["complete", "failed", "cancelled"]);
const TONES: Record<string, Tone> = { complete: "good", failed: "bad", cancelled: "idle", queued: "idle" };

export function ImportPage() {
  const { t } = useTranslation();
  const jobs = useQuery({
    queryKey: JOBS,
    queryFn: () => api.get<Many<ImportJobAttributes>>("/api/import-jobs"),
    refetchInterval: (query) => (query.state.data?.data.some((job) => !OVER.has(job.attributes.status)) ? POLL : false),
  });
  return (
    <Page title={t("nav.import")} note={t("imports.intro")}>
      <Upload />
      <Title order={2} mt="lg" mb="xs">
        {t("imports.jobs")}
      </Title>
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
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const upload = useMutation({
    mutationFn: (chosen: File) => {
      const form = new FormData();
      form.set("kind", "online-retail");
      form.set("file", chosen);
      return api.post("/api/import-jobs", form);
    },
    onSuccess: () => {
      setFile(null);
      void queries.invalidateQueries({ queryKey: JOBS });
    },
  });
  return (
    <Group align="flex-end" gap="xs">
      <FileInput
        w={360}
        label={t("imports.file")}
        description={t("imports.fileHint")}
        placeholder={t("imports.choose")}
        accept=".csv,.xz"
        leftSection={<IconFileSpreadsheet size={16} />}
        clearable
        value={file}
        onChange={setFile}
      />
      <Button leftSection={<IconUpload size={15} />} disabled={!file} loading={upload.isPending} onClick={() => file && upload.mutate(file)}>
        {t("imports.start")}
      </Button>
    </Group>
  );
}

function Job({ job }: { job: Resource<ImportJobAttributes> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const queries = useQueryClient();
  const { filename, status, detail, rows, sent_events, rate, totals, created, completed } = job.attributes;
  const over = OVER.has(status);
  const cancel = useMutation({
    mutationFn: () => api.delete(`/api/import-jobs/${job.id}`),
    onSuccess: () => void queries.invalidateQueries({ queryKey: JOBS }),
  });
  return (
    <section className={classes.job} aria-label={filename}>
      <Group justify="space-between">
        <Group gap="sm">
          <Text fw={500}>{filename}</Text>
          <Status tone={TONES[status] ?? "busy"}>{status}</Status>
        </Group>
        <Group gap="sm">
          <Text c="dimmed" size="sm">
            <Moment at={completed ?? created} />
          </Text>
          {!over && (
            <Button size="compact-xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
              {t("common.cancel")}
            </Button>
          )}
        </Group>
      </Group>
      {!over && <Progress value={100} animated size="sm" my={8} aria-label={t("imports.progress")} />}
      <Stack gap={2}>
        <Text c="dimmed" size="sm">
          {t("imports.numbers", { rows: formats.number(rows), events: formats.number(sent_events), rate: formats.number(Math.round(rate)) })}
        </Text>
        {detail && <Text size="sm">{detail}</Text>}
      </Stack>
      {over && Object.keys(totals).length > 0 && (
        <dl className={classes.facts}>
          {Object.entries(totals).map(([name, value]) => (
            <div key={name}>
              <dt>{name.replaceAll("_", " ")}</dt>
              <dd>{typeof value === "number" ? formats.number(value) : String(value)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
