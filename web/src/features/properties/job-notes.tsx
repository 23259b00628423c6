/** Renames and deletions under way, and those that just ended. */
import { Alert, Progress, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, type Many, type Resource } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { PropertyJob } from "@/lib/types";
import { JOBS, KEY } from "./words";

const RECENT = 60_000;

export function JobNotes() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const jobs = useQuery({
    queryKey: JOBS,
    queryFn: () => api.get<Many<PropertyJob>>("/api/profile-property-jobs", { "page[size]": 5 }),
    refetchInterval: ({ state }) => (state.data?.data.some(isRunning) ? 1_000 : false),
  });
  const shown = (jobs.data?.data ?? []).filter((job) => isRunning(job) || isRecent(job, jobs.dataUpdatedAt));
  const running = shown.filter(isRunning).length;
  const before = useRef(running);
  useEffect(() => {
    // What was counted before a job ended is not true any more.
    if (before.current > running) void queries.invalidateQueries({ queryKey: KEY });
    before.current = running;
  }, [running, queries]);
  if (!shown.length) return null;
  return (
    <Alert color="accent" variant="light" title={t("properties.jobs")} mb="sm">
      {shown.map((job) => (
        <Note key={job.id} job={job} />
      ))}
    </Alert>
  );
}

const isRunning = (job: Resource<PropertyJob>) => job.attributes.status !== "complete";
const isRecent = (job: Resource<PropertyJob>, now: number) => job.attributes.finished !== null && now - new Date(job.attributes.finished).getTime() < RECENT;

function Note({ job }: { job: Resource<PropertyJob> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <div>
      <Text size="sm">{sentence(job.attributes, formats.number(job.attributes.changed), t)}</Text>
      {isRunning(job) && <Progress value={job.attributes.progress * 100} size="sm" my={4} aria-label={t("properties.jobs")} />}
    </div>
  );
}

function sentence(job: PropertyJob, formatted: string, t: TFunction): string {
  const { property, new_name: newName, action, status } = job;
  const over = status === "complete";
  if (action === "rename") return over ? t("properties.job_renamed", { property, newName, formatted }) : t("properties.job_rename", { property, newName });
  return over ? t("properties.job_deleted", { property, formatted }) : t("properties.job_delete", { property });
}
