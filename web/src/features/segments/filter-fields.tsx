import { NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { DateFilter, Filter, Unit } from "@/lib/definition";
import { filterFor, operatorOf, type Operator } from "./operators";

interface FilterFieldsProps {
  filter: Filter;
  among: Operator[];
  suggestions?: string[];
  onChange: (filter: Filter) => void;
}

/** "contains ___": an operator and the field its value needs. */
export function FilterFields({ filter, among, suggestions = [], onChange }: FilterFieldsProps) {
  const { t } = useTranslation();
  const chosen = operatorOf(filter, among);
  const value = "value" in filter ? filter.value : undefined;
  const set = (next: unknown) => onChange({ ...filter, value: next } as Filter);
  const groups = ["string", "existence", "numeric", "boolean", "list", "date"] as const;
  return (
    <>
      <Select
        w={210}
        aria-label={t("segments.operator")}
        allowDeselect={false}
        searchable
        value={chosen?.key ?? null}
        onChange={(key) => {
          const next = among.find((item) => item.key === key);
          if (next) onChange(filterFor(next, filter));
        }}
        data={groups
          .map((type) => ({
            group: t(`segments.type_${type}`),
            items: among.filter((item) => item.type === type).map((item) => ({ value: item.key, label: label(item, t) })),
          }))
          .filter((group) => group.items.length)}
      />
      {chosen?.kind === "text" && suggestions.length === 0 && (
        <TextInput w={180} aria-label={t("segments.value")} placeholder={t("segments.value")} value={String(value ?? "")} onChange={(event) => set(event.currentTarget.value)} />
      )}
      {chosen?.kind === "text" && suggestions.length > 0 && <Suggested value={String(value ?? "")} suggestions={suggestions} onChange={set} />}
      {chosen?.kind === "texts" && (
        <TagsInput miw={220} aria-label={t("segments.value")} placeholder={t("segments.values")} value={Array.isArray(value) ? value : []} data={suggestions} onChange={set} />
      )}
      {chosen?.kind === "number" && (
        <NumberInput w={120} aria-label={t("segments.value")} value={typeof value === "number" ? value : 0} onChange={(next) => set(Number(next) || 0)} />
      )}
      {filter.type === "date" && <DateFields filter={filter} onChange={onChange} />}
    </>
  );
}

function label(item: Operator, t: TFunction): string {
  if (item.type === "boolean") return t(item.fixed ? "sentence.isTrue" : "sentence.isFalse");
  if (item.type === "date") return t(`segments.date_${item.operator}` as "segments.date_before");
  return t(`sentence.${item.type}_${item.operator}` as "sentence.string_equals");
}

function Suggested({ value, suggestions, onChange }: { value: string; suggestions: string[]; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const all = value && !suggestions.includes(value) ? [value, ...suggestions] : suggestions;
  return (
    <Select
      w={200}
      aria-label={t("segments.value")}
      placeholder={t("segments.value")}
      searchable
      value={value || null}
      onChange={(next) => onChange(next ?? "")}
      onBlur={(event) => event.currentTarget.value && onChange(event.currentTarget.value)}
      data={all}
      nothingFoundMessage={t("segments.ownValue")}
    />
  );
}

const UNITS: Unit[] = ["hour", "day", "week"];
const dayOf = (text: string) => text.slice(0, 10);
const midnightOf = (day: string) => `${day}T00:00:00+00:00`;

export function DateFields({ filter, onChange }: { filter: DateFilter; onChange: (filter: DateFilter) => void }) {
  const { t } = useTranslation();
  const units = (
    <Select
      w={100}
      aria-label={t("segments.unit")}
      allowDeselect={false}
      value={"unit" in filter ? filter.unit : "day"}
      onChange={(unit) => unit && onChange({ ...filter, unit } as DateFilter)}
      data={UNITS.map((unit) => ({ value: unit, label: t(`segments.unit_${unit}`) }))}
    />
  );
  const number = (label: string, value: number, set: (value: number) => void) => (
    <NumberInput w={80} min={0} aria-label={label} value={value} onChange={(next) => set(Number(next) || 0)} />
  );
  const day = (label: string, value: string, set: (value: string) => void) => (
    <TextInput w={150} type="date" aria-label={label} value={dayOf(value)} onChange={(event) => event.currentTarget.value && set(midnightOf(event.currentTarget.value))} />
  );
  if ("quantity" in filter) {
    return (
      <>
        {number(t("segments.quantity"), filter.quantity, (quantity) => onChange({ ...filter, quantity: Math.max(1, quantity) }))}
        {units}
      </>
    );
  }
  if (filter.operator === "between") {
    return (
      <>
        {number(t("segments.from"), filter.start, (start) => onChange({ ...filter, start }))}
        <span>{t("sentence.and")}</span>
        {number(t("segments.to"), filter.end, (end) => onChange({ ...filter, end }))}
        {units}
        <span>{t("segments.ago")}</span>
      </>
    );
  }
  if (filter.operator === "between-static") {
    return (
      <>
        {day(t("segments.from"), filter.start, (start) => onChange({ ...filter, start }))}
        <span>{t("sentence.and")}</span>
        {day(t("segments.to"), filter.end, (end) => onChange({ ...filter, end }))}
      </>
    );
  }
  if ("date" in filter) return day(t("segments.day"), filter.date, (date) => onChange({ ...filter, date }));
  return null;
}
