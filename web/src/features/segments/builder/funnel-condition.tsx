/** "did this, then that, within a day": steps in an order. */
import { ActionIcon, Button, Select } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { FunnelCondition, FunnelStep } from "@/lib/definition";
import { FUNNEL_FRAMES } from "../operators";
import classes from "../segments.module.css";
import { EventFilters } from "./event-filters";
import { MetricPicker } from "./metric-picker";
import { Inside, useRefused } from "./problems";
import { Timeframe } from "./timeframe";

interface FunnelEditorProps {
  condition: FunnelCondition;
  onChange: (condition: FunnelCondition) => void;
}

const MOST = 10;
const WINDOWS = ["HOURS_1", "DAYS_1", "DAYS_3", "DAYS_5", "WEEKS_1", "DAYS_30", "DAYS_90", "DAYS_180", "YEARS_1"] as const;

export function FunnelEditor({ condition, onChange }: FunnelEditorProps) {
  const { t } = useTranslation();
  const refused = useRefused();
  const setWindow = (window: string) => {
    onChange({ ...condition, completion_window_seconds: window || undefined });
  };
  return (
    <>
      <span>{t("builder.funnelWhen")}</span>
      <Timeframe filter={condition.timeframe_filter} among={FUNNEL_FRAMES} at="timeframe_filter" onChange={(timeframe_filter) => timeframe_filter && onChange({ ...condition, timeframe_filter })} />
      <Select
        w={190}
        aria-label={t("builder.window")}
        allowDeselect={false}
        value={condition.completion_window_seconds ?? ""}
        error={refused("completion_window_seconds")}
        onChange={(window) => window !== null && setWindow(window)}
        data={[{ value: "", label: t("builder.noWindow") }, ...WINDOWS.map((value) => ({ value, label: t("builder.within", { window: t(`sentence.window_${value}`) }) }))]}
      />
    </>
  );
}

/** The steps, one below another. */
export function FunnelSteps({ condition, onChange }: FunnelEditorProps) {
  const { t } = useTranslation();
  const { steps } = condition;
  const set = (next: FunnelStep[]) => onChange({ ...condition, steps: next });
  const swap = (at: number, other: number) => set(steps.map((step, index) => (index === at ? steps[other] : index === other ? steps[at] : step) as FunnelStep));
  return (
    <ol className={classes.steps}>
      {steps.map((step, at) => (
        <Inside key={at} at={`steps/${at}`}>
          <li>
            <div className={classes.parts}>
              <span className="quiet">{at > 0 && t("sentence.then")}</span>
              <Select
                w={120}
                aria-label={t("builder.stepKind", { number: at + 1 })}
                allowDeselect={false}
                value={String(step.metric_exists)}
                onChange={(value) => set(steps.map((one, index) => (index === at ? { ...one, metric_exists: value === "true" } : one)))}
                data={[
                  { value: "true", label: t("builder.did") },
                  { value: "false", label: t("builder.didNot") },
                ]}
              />
              <MetricPicker value={step.metric_id} onChange={(metric_id) => set(steps.map((one, index) => (index === at ? { ...one, metric_id, metric_filters: undefined } : one)))} />
              <ActionIcon variant="subtle" color="gray" disabled={at === 0} aria-label={t("builder.earlier")} onClick={() => swap(at, at - 1)}>
                <IconArrowUp size={14} />
              </ActionIcon>
              <ActionIcon variant="subtle" color="gray" disabled={at === steps.length - 1} aria-label={t("builder.later")} onClick={() => swap(at, at + 1)}>
                <IconArrowDown size={14} />
              </ActionIcon>
              <ActionIcon variant="subtle" color="gray" disabled={steps.length === 1} aria-label={t("builder.removeStep")} onClick={() => set(steps.filter((_, index) => index !== at))}>
                <IconX size={14} />
              </ActionIcon>
            </div>
            <EventFilters metricId={step.metric_id} filters={step.metric_filters ?? []} onChange={(metric_filters) => set(steps.map((one, index) => (index === at ? { ...one, metric_filters } : one)))} />
          </li>
        </Inside>
      ))}
      {steps.length < MOST && (
        <li className={classes.more}>
          <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconPlus size={12} />} onClick={() => set([...steps, { metric_exists: true, metric_id: "" }])}>
            {t("builder.addStep")}
          </Button>
        </li>
      )}
    </ol>
  );
}
