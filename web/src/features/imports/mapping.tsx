/** What the columns of a file mean, and what follows from it for its first rows. */
import { Button, MultiSelect, Select, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { listsQuery } from "@/lib/collections";
import { useDebounced } from "@/lib/use-debounced";
import type { ColumnRule, ImportJobAttributes, ImportMapping } from "@/lib/types";
import { Counts } from "./counts";
import classes from "./imports.module.css";
import { useCancel, useChange } from "./jobs";
import { Preview } from "./preview";
import { isProperty, targets, withRule } from "./targets";

const TYPES = ["text", "number", "boolean", "date", "list", "automatic"] as const;

export function Mapping({ job }: { job: Resource<ImportJobAttributes> }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [mapping, setMapping] = useState<ImportMapping>(job.attributes.mapping ?? {});
  const settled = useDebounced(mapping, 400);
  const change = useChange(job.id);
  const discard = useCancel(job.id, () => void navigate({ to: "/imports" }));
  const { kind, checked } = job.attributes;
  const isChecked = checked !== null && JSON.stringify(mapping) === JSON.stringify(job.attributes.mapping);
  return (
    <>
      <Title order={2} mb="xs">
        {t("imports.steps.mapping")}
      </Title>
      <Columns job={job} mapping={mapping} onChange={setMapping} />
      <Title order={2} mt="xl" mb="xs">
        {t("imports.options")}
      </Title>
      <Options kind={kind} mapping={mapping} onChange={setMapping} />
      <Title order={2} mt="xl" mb="xs">
        {t("imports.preview")}
      </Title>
      <Preview id={job.id} mapping={settled} />
      {isChecked && (
        <>
          <Title order={2} mt="xl" mb="xs">
            {t("imports.checked")}
          </Title>
          <Counts counts={checked} />
        </>
      )}
      <div className={classes.actions}>
        <Button loading={change.isPending} onClick={() => change.mutate({ mapping, status: "queued" })}>
          {t("imports.start")}
        </Button>
        <Button variant="default" loading={change.isPending} onClick={() => change.mutate({ mapping, status: "checking" })}>
          {t(isChecked ? "imports.checkAgain" : "imports.check")}
        </Button>
        <Button variant="subtle" color="gray" loading={discard.isPending} onClick={() => discard.mutate()}>
          {t("imports.discard")}
        </Button>
      </div>
    </>
  );
}

interface Editing {
  mapping: ImportMapping;
  onChange: (next: ImportMapping) => void;
}

function Columns({ job, mapping, onChange }: Editing & { job: Resource<ImportJobAttributes> }) {
  const { t } = useTranslation();
  const rules = new Map((mapping.columns ?? []).map((rule) => [rule.column, rule]));
  return (
    <table className={classes.columns}>
      <thead>
        <tr>
          <th scope="col">{t("imports.column")}</th>
          <th scope="col">{t("imports.means")}</th>
          <th scope="col">{t("imports.propertyName")}</th>
          <th scope="col">{t("imports.type")}</th>
        </tr>
      </thead>
      <tbody>
        {job.attributes.columns.map((column) => {
          const rule = rules.get(column.name) ?? { column: column.name, target: "ignore" };
          return <ColumnRow key={column.name} kind={job.attributes.kind} rule={rule} examples={column.examples} onChange={(next) => onChange(withRule(mapping, column.name, next))} />;
        })}
      </tbody>
    </table>
  );
}

interface ColumnRowProps {
  kind: string;
  rule: ColumnRule;
  examples: string[];
  onChange: (change: Partial<ColumnRule>) => void;
}

function ColumnRow({ kind, rule, examples, onChange }: ColumnRowProps) {
  const { t } = useTranslation();
  return (
    <tr>
      <td className={classes.column}>
        {rule.column}
        <div className={classes.examples}>{examples.length ? examples.join(" · ") : t("imports.empty")}</div>
      </td>
      <td>
        <Select aria-label={`${rule.column} ${t("imports.means")}`} data={targets(kind)} value={rule.target ?? "ignore"} onChange={(target) => onChange({ target: target ?? "ignore" })} allowDeselect={false} searchable maxDropdownHeight={340} />
      </td>
      <td>{isProperty(rule) && <TextInput aria-label={`${rule.column}: ${t("imports.propertyName")}`} value={rule.name ?? ""} onChange={(event) => onChange({ name: event.currentTarget.value })} />}</td>
      <td className={classes.type}>
        {isProperty(rule) && <Select aria-label={`${rule.column}: ${t("imports.type")}`} data={TYPES.map((type) => ({ value: type, label: t(`imports.types.${type}`) }))} value={rule.type ?? "text"} onChange={(type) => onChange({ type: type ?? "text" })} allowDeselect={false} />}
      </td>
    </tr>
  );
}

function Options({ kind, mapping, onChange }: Editing & { kind: string }) {
  const set = (change: Partial<ImportMapping>) => onChange({ ...mapping, ...change });
  const has = (target: string) => (mapping.columns ?? []).some((rule) => rule.target?.startsWith(target) || rule.type === target);
  return (
    <div className={classes.options}>
      {kind === "events" ? <EventOptions mapping={mapping} set={set} /> : <PeopleOptions mapping={mapping} set={set} />}
      {has("phone_number") && <PhoneCountry mapping={mapping} set={set} />}
      {(has("date") || has("consented_at") || has("suppressed_at") || has("event.time")) && <Dates mapping={mapping} set={set} />}
    </div>
  );
}

interface Setting {
  mapping: ImportMapping;
  set: (change: Partial<ImportMapping>) => void;
}

function PeopleOptions({ mapping, set }: Setting) {
  const { t } = useTranslation();
  const lists = useQuery(listsQuery);
  const channels = [
    { value: "email.marketing", label: "Email marketing" },
    { value: "sms.marketing", label: "SMS marketing" },
  ];
  return (
    <>
      <MultiSelect label={t("imports.lists")} description={t("imports.listsHint")} data={(lists.data ?? []).map((list) => ({ value: list.id, label: list.attributes.name ?? list.id }))} value={mapping.list_ids ?? []} onChange={(list_ids) => set({ list_ids })} searchable clearable />
      <MultiSelect label={t("imports.consent")} description={t("imports.consentHint")} data={channels} value={mapping.consent ?? []} onChange={(consent) => set({ consent })} clearable />
      <TextInput label={t("imports.consentSource")} description={t("imports.consentSourceHint")} value={mapping.consent_source ?? ""} onChange={(event) => set({ consent_source: event.currentTarget.value })} />
    </>
  );
}

function EventOptions({ mapping, set }: Setting) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput label={t("imports.metric")} description={t("imports.metricHint")} value={mapping.metric ?? ""} onChange={(event) => set({ metric: event.currentTarget.value })} />
      <TextInput label={t("imports.currency")} placeholder="USD" maxLength={3} value={mapping.currency ?? ""} onChange={(event) => set({ currency: event.currentTarget.value.toUpperCase() })} />
    </>
  );
}

function PhoneCountry({ mapping, set }: Setting) {
  const { t } = useTranslation();
  return <TextInput label={t("imports.phoneCountry")} description={t("imports.phoneCountryHint")} maxLength={2} value={mapping.phone_country ?? ""} onChange={(event) => set({ phone_country: event.currentTarget.value.toUpperCase() })} />;
}

function Dates({ mapping, set }: Setting) {
  const { t } = useTranslation();
  const orders = [
    { value: "month_first", label: t("imports.monthFirst") },
    { value: "day_first", label: t("imports.dayFirst") },
  ];
  return (
    <>
      <Select label={t("imports.dateOrder")} data={orders} value={mapping.date_order ?? "month_first"} onChange={(date_order) => set({ date_order: date_order ?? "month_first" })} allowDeselect={false} />
      <Select label={t("imports.timeZone")} data={["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")]} value={mapping.time_zone ?? "UTC"} onChange={(time_zone) => set({ time_zone: time_zone ?? "UTC" })} searchable allowDeselect={false} />
    </>
  );
}
