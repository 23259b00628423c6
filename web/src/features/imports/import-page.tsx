/** One import: what its columns mean, what it would do, how far it is, what came of it. */
import { Anchor, Button, Group, Progress, Text } from "@mantine/core";
import { IconDownload, IconUpload } from "@tabler/icons-react";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { ImportJobAttributes } from "@/lib/types";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { Status } from "@/ui/status";
import { Counts } from "./counts";
import classes from "./imports.module.css";
import { isBusy, TONES, useCancel, useImport } from "./jobs";
import { Mapping } from "./mapping";
import { Steps } from "./move-steps";

export function ImportPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const job = useImport(id);
  const back = { to: "/imports", label: t("imports.title") };
  if (job.isError) {
    return (
      <Page title={t("imports.title")} back={back}>
        <ErrorNote error={job.error} retry={() => void job.refetch()} />
      </Page>
    );
  }
  if (!job.data) return <Loading />;
  const { filename, status } = job.data.data.attributes;
  return (
    <Page
      title={filename}
      back={back}
      note={
        <Group gap="sm">
          <Status tone={TONES[status] ?? "busy"}>{t(`imports.status.${status as "draft"}`)}</Status>
          <About job={job.data.data} />
        </Group>
      }
    >
      {status === "draft" ? <Mapping key={job.data.data.id} job={job.data.data} /> : <Course job={job.data.data} />}
    </Page>
  );
}

function About({ job }: { job: Resource<ImportJobAttributes> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { shape, size, total_rows } = job.attributes;
  if (!shape) return null;
  const format = [shape.format.toUpperCase(), shape.compression].filter(Boolean).join(" · ");
  const megabytes = size < 1e6 ? `${Math.max(1, Math.round(size / 1e3))} kB` : `${formats.number(Math.round(size / 1e5) / 10)} MB`;
  return (
    <span>
      {t("imports.file", { format, encoding: shape.encoding ?? "UTF-8", size: megabytes })}
      {total_rows > 0 && ` · ${t("imports.about", { rows: formats.number(total_rows) })}`}
    </span>
  );
}

function Course({ job }: { job: Resource<ImportJobAttributes> }) {
  const { t } = useTranslation();
  const { kind, status, detail, counts, totals, errors_url, steps } = job.attributes;
  return (
    <>
      {isBusy(status) && <Running job={job} />}
      {detail && <Text mb="sm">{detail}</Text>}
      {status === "cancelled" && <Text c="dimmed">{t("imports.cancelled")}</Text>}
      {counts && status !== "checking" && <Counts counts={counts} />}
      {kind === "online-retail" && Object.keys(totals).length > 0 && <Totals totals={totals} />}
      {steps.length > 0 && <Steps job={job} />}
      {errors_url && (
        <Group gap="sm" mb="md">
          <Button component="a" href={new URL(errors_url).pathname} download leftSection={<IconDownload size={16} />} variant="default">
            {t("imports.errors")}
          </Button>
          <Text c="dimmed" size="sm">
            {t("imports.errorsHint")}
          </Text>
        </Group>
      )}
      {!isBusy(status) && (
        <Anchor component={Link} to="/imports" size="sm">
          <IconUpload size={14} aria-hidden /> {t("imports.again")}
        </Anchor>
      )}
    </>
  );
}

function Running({ job }: { job: Resource<ImportJobAttributes> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const cancel = useCancel(job.id);
  const { status, checked, rate, total_rows } = job.attributes;
  const rows = status === "checking" ? (checked?.rows ?? 0) : job.attributes.rows;
  const known = total_rows > 0;
  return (
    <div style={{ maxWidth: 820 }}>
      <Progress value={known ? Math.min(100, (100 * rows) / total_rows) : 100} animated={!known || rows === 0} size="md" my={8} aria-label={t("imports.progress")} />
      <Group justify="space-between" mb="md">
        <Text c="dimmed" size="sm" style={{ fontVariantNumeric: "tabular-nums" }}>
          {t("imports.rows", { count: rows, rows: formats.number(rows) })}
          {status === "processing" && ` · ${t("imports.rate", { rate: formats.number(Math.round(rate)) })}`}
        </Text>
        <Button size="compact-sm" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          {t("common.cancel")}
        </Button>
      </Group>
    </div>
  );
}

function Totals({ totals }: { totals: Record<string, unknown> }) {
  const formats = useFormats();
  return (
    <dl className={classes.counts}>
      {Object.entries(totals).map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll("_", " ")}</dt>
          <dd>{typeof value === "number" ? formats.number(value) : String(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
