import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { ImportJobAttributes, MoveStep } from "@/lib/types";
import { Status } from "@/ui/status";
import classes from "./imports.module.css";
import { isBusy } from "./jobs";

/** What a move has copied, kind by kind, and what it could not carry over. */
export function Steps({ job }: { job: Resource<ImportJobAttributes> }) {
  const busy = isBusy(job.attributes.status);
  return (
    <div>
      {job.attributes.steps.map((step) => (
        <Step key={step.name} step={step} busy={busy} />
      ))}
    </div>
  );
}

function Step({ step, busy }: { step: MoveStep; busy: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { copied = 0, unchanged = 0, left_behind = 0, reasons = [] } = step.counts;
  const told = [
    copied && `${formats.number(copied)} ${t("moves.copied")}`,
    unchanged && `${formats.number(unchanged)} ${t("moves.unchanged")}`,
    left_behind && `${formats.number(left_behind)} ${t("moves.leftBehind")}`,
  ].filter(Boolean);
  return (
    <div className={classes.step}>
      <Text fw={500}>{t(`moves.names.${step.name as "tags"}`)}</Text>
      <Text size="sm">{told.join(" · ") || "–"}</Text>
      <Status tone={step.done ? "good" : busy ? "busy" : "idle"}>{t(step.done ? "moves.done" : busy ? "moves.running" : "moves.waiting")}</Status>
      {reasons.length > 0 && (
        <ul aria-label={t("moves.reasons")}>
          {reasons.map((one) => (
            <li key={one.reason}>
              {one.reason} ({t("moves.times", { count: one.count })})
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
