import { Anchor, Button, Group, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many } from "@/lib/api";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { ErrorNote, Page } from "@/ui/page";
import { Status, type Tone } from "@/ui/status";
import { say } from "@/ui/toast";
import classes from "./profile.module.css";
import { personDocument, type Deletion, type PersonalExport } from "./resources";

const KINDS = ["email", "phone_number", "external_id", "id"] as const;
type Kind = (typeof KINDS)[number];
const LOOK = 2_000;
const TONES: Record<string, Tone> = { queued: "idle", processing: "busy", complete: "good", failed: "bad" };

export function PrivacyPage() {
  const { t } = useTranslation();
  return (
    <Page title={t("privacy.title")} note={t("privacy.intro")} back={{ to: "/profiles", label: t("nav.profiles") }}>
      <Stack gap="xl" maw={860}>
        <Demand />
        <Exports />
        <Deletions />
      </Stack>
    </Page>
  );
}

function Demand() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind>("email");
  const [value, setValue] = useState("");
  const [sure, setSure] = useState(false);
  const demand = useMutation({
    meta: { quiet: true },
    mutationFn: (what: "data-privacy-deletion-job" | "data-privacy-export-job") => api.post(`/api/${what}s`, wrap(what, personDocument(kind, value.trim()))),
    onSuccess: (_, what) => {
      say(t(what === "data-privacy-deletion-job" ? "person.deleted" : "privacy.exportStarted"));
      setValue("");
      setSure(false);
      void queries.invalidateQueries({ queryKey: ["privacy"] });
    },
  });
  return (
    <div>
      <Group align="flex-end" gap="xs">
        <TextInput label={t("privacy.who")} flex={1} miw={260} value={value} onChange={(event) => { setValue(event.currentTarget.value); setSure(false); }} />
        <Select label={t("privacy.kind")} w={170} allowDeselect={false} value={kind} onChange={(next) => setKind((next ?? "email") as Kind)} data={KINDS.map((one) => ({ value: one, label: t(`privacy.kind_${one}`) }))} />
        <Button variant="default" disabled={!value.trim()} loading={demand.isPending} onClick={() => demand.mutate("data-privacy-export-job")}>
          {t("privacy.export")}
        </Button>
        <Button color="red" variant={sure ? "filled" : "light"} disabled={!value.trim()} onClick={() => (sure ? demand.mutate("data-privacy-deletion-job") : setSure(true))}>
          {t(sure ? "person.deleteDo" : "privacy.delete")}
        </Button>
      </Group>
      {sure && (
        <Text size="sm" mt="xs" role="status">
          {t("person.deleteText")}
        </Text>
      )}
      {demand.isError && <ErrorNote error={demand.error} />}
    </div>
  );
}

function State({ status, step }: { status: string; step?: string | null }) {
  const { t } = useTranslation();
  return <Status tone={TONES[status] ?? "idle"}>{t(`privacy.${status}` as "privacy.processing", { step: step ?? "", defaultValue: status })}</Status>;
}

function Exports() {
  const { t } = useTranslation();
  const jobs = useQuery({ queryKey: ["privacy", "exports"], queryFn: () => api.get<Many<PersonalExport>>("/api/data-privacy-export-jobs"), refetchInterval: LOOK });
  return (
    <section aria-label={t("privacy.exports")}>
      <Title order={2} mb={4}>
        {t("privacy.exports")}
      </Title>
      {jobs.isPending && <Lines count={2} />}
      {jobs.isError && <ErrorNote error={jobs.error} />}
      {jobs.data?.data.length === 0 && <Text c="dimmed">{t("privacy.noExports")}</Text>}
      {jobs.data?.data.map(({ id, attributes: job }) => (
        <div key={id} className={classes.line}>
          <Group gap="sm">
            <State status={job.status ?? ""} />
            <Moment at={job.created} />
            <Text size="sm" c="dimmed">
              {t("privacy.by", { kind: job.identifier })}
            </Text>
          </Group>
          {job.url ? <Anchor href={job.url}>{t("privacy.download")}</Anchor> : <Text size="sm" c="dimmed">{job.status === "complete" ? t("privacy.expired") : job.detail}</Text>}
        </div>
      ))}
    </section>
  );
}

function Deletions() {
  const { t } = useTranslation();
  const jobs = useQuery({ queryKey: ["privacy", "deletions"], queryFn: () => api.get<Many<Deletion>>("/api/data-privacy-deletion-jobs"), refetchInterval: LOOK });
  return (
    <section aria-label={t("privacy.deletions")}>
      <Title order={2} mb={4}>
        {t("privacy.deletions")}
      </Title>
      {jobs.isPending && <Lines count={2} />}
      {jobs.isError && <ErrorNote error={jobs.error} />}
      {jobs.data?.data.length === 0 && <Text c="dimmed">{t("privacy.noDeletions")}</Text>}
      {jobs.data?.data.map(({ id, attributes: job }) => (
        <div key={id} style={{ padding: "8px 0", borderTop: "1px solid var(--rule)" }}>
          <Group gap="sm">
            <State status={job.status ?? ""} step={job.step} />
            <Moment at={job.created} />
            <Text size="sm" c="dimmed">
              {t("privacy.by", { kind: job.identifier })} · {t("privacy.found", { count: job.found ?? 0 })} · {askedBy(t, job.asked_by)}
            </Text>
          </Group>
          <Text size="sm" c="dimmed">
            {told(job.report) || t("privacy.nothing")}
          </Text>
          {job.detail && <Text size="sm">{job.detail}</Text>}
        </div>
      ))}
    </section>
  );
}

/** The counts of what went, store by store. */
function told(report: unknown): string {
  return Object.entries((report ?? {}) as Record<string, Record<string, number>>)
    .filter(([, counts]) => Object.keys(counts).length)
    .map(([store, counts]) => `${store}: ${Object.entries(counts).map(([kind, count]) => `${kind.replaceAll("_", " ")} ${count}`).join(", ")}`)
    .join(" · ");
}

/** Who asked, where it is no person's name: a key and a user are known by their kind. */
function askedBy(t: TFunction, actor: string | null | undefined): string {
  const kind = (actor ?? "").split(":")[0] ?? "";
  return kind === "key" || kind === "app" || kind === "user" ? t(`privacy.by_${kind}`) : (actor ?? "");
}
