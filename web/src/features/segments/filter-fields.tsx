import { MultiSelect, NumberInput, Select, TagsInput, TextInput } from "@mantine/core";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DateFilter, Filter, Unit } from "@/lib/definition";
import { useFormats } from "@/lib/session";
import { countries } from "./builder/countries";
import { Option, PickText } from "./builder/pick-text";
import { useRefused } from "./builder/problems";
import type { Suggestion } from "./builder/values";
import { filterFor, offered, operatorOf, type Operator } from "./operators";

interface FilterFieldsProps {
  filter: Filter;
  among: Operator[];
  suggestions?: Suggestion[];
  /** Whether the suggestions follow what is typed. */
  asked?: boolean;
  onChange: (filter: Filter) => void;
}

const GROUPS = ["string", "existence", "numeric", "boolean", "list", "date"] as const;

/** "contains ___": an operator and the field its value needs. */
export function FilterFields({ filter, among, suggestions = [], asked, onChange }: FilterFieldsProps) {
  const { t } = useTranslation();
  const refused = useRefused();
  const chosen = operatorOf(filter, among);
  const choices = offered(filter, among);
  return (
    <>
      <Select
        w={chosen?.operator.startsWith("anniversary") ? 230 : 180}
        aria-label={t("segments.operator")}
        allowDeselect={false}
        searchable
        maxDropdownHeight={360}
        comboboxProps={{ width: "max-content", position: "bottom-start" }}
        value={chosen?.key ?? null}
        error={refused("filter/operator") || refused("filter/type")}
        onChange={(key) => {
          const next = choices.find((item) => item.key === key);
          if (next) onChange(filterFor(next, filter));
        }}
        data={GROUPS.map((type) => ({
          group: t(`segments.type_${type}`),
          items: choices.filter((item) => item.type === type).map((item) => ({ value: item.key, label: operatorLabel(item, t) })),
        })).filter((group) => group.items.length)}
      />
      {filter.type === "date" ? <DateFields filter={filter} onChange={onChange} /> : <ValueFields filter={filter} chosen={chosen} suggestions={suggestions} asked={asked} onChange={onChange} />}
    </>
  );
}

function ValueFields({ filter, chosen, suggestions, asked, onChange }: { filter: Exclude<Filter, DateFilter>; chosen: Operator | undefined; suggestions: Suggestion[]; asked: boolean | undefined; onChange: (filter: Filter) => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const refused = useRefused()("filter/value");
  const set = (value: typeof filter.value) => onChange({ ...filter, value });
  const counts = new Map(suggestions.map((one) => [one.value, one.count]));
  const options = [...counts.keys()];
  const texts = Array.isArray(filter.value) ? filter.value : [];
  switch (chosen?.kind) {
    case "text":
      return <PickText label={t("segments.value")} value={filter.value === undefined ? "" : String(filter.value)} options={options} note={(value) => counts.get(value)} refused={refused} filtered={asked} onChange={set} />;
    case "texts":
      if (chosen.operator.startsWith("phone-")) return <Countries value={texts} refused={refused} onChange={set} />;
      return (
        <TagsInput
          flex="1 1 180px"
          miw={180}
          maw={420}
          aria-label={t("segments.value")}
          placeholder={texts.length ? undefined : t("segments.values")}
          acceptValueOnBlur
          value={texts}
          data={options}
          error={refused}
          onChange={set}
          renderOption={({ option }) => <Option text={option.value} note={counts.get(option.value)} number={formats.number} />}
        />
      );
    case "number":
    case "whole":
      return (
        <>
          <NumberInput w={110} min={chosen.kind === "whole" ? 0 : undefined} allowDecimal={chosen.kind === "number"} aria-label={t("segments.value")} value={typeof filter.value === "number" ? filter.value : 0} error={refused} onChange={(next) => set(Number(next) || 0)} />
          {chosen.kind === "whole" && <span>{t("builder.elements")}</span>}
        </>
      );
    default:
      return null;
  }
}

function Countries({ value, refused, onChange }: { value: string[]; refused: boolean; onChange: (value: string[]) => void }) {
  const { t, i18n } = useTranslation();
  const known = useMemo(() => countries(i18n.language), [i18n.language]);
  const data = [...known, ...value.filter((code) => !known.some((one) => one.value === code)).map((code) => ({ value: code, label: code }))];
  return <MultiSelect flex="1 1 180px" maw={420} aria-label={t("segments.value")} placeholder={value.length ? undefined : t("builder.countries")} searchable value={value} data={data} error={refused} onChange={onChange} />;
}

function operatorLabel(item: Operator, t: TFunction): string {
  if (item.type === "boolean") return t(item.fixed ? "sentence.isTrue" : "sentence.isFalse");
  if (item.type === "date") return t(`segments.date_${item.operator}` as "segments.date_before");
  return t(`sentence.${item.type}_${item.operator}` as "sentence.string_equals");
}

const UNITS: Unit[] = ["hour", "day", "week"];
const MONTHS = Array.from({ length: 12 }, (_, at) => String(at + 1));
const dayOf = (text: string) => text.slice(0, 10);
const midnightOf = (day: string) => `${day}T00:00:00+00:00`;

/** The numbers and days that a date filter's operator needs. */
export function DateFields({ filter, at = "filter", onChange }: { filter: DateFilter; at?: string; onChange: (filter: DateFilter) => void }) {
  const { t } = useTranslation();
  const refused = useRefused();
  const units = (
    <Select
      w={92}
      aria-label={t("segments.unit")}
      allowDeselect={false}
      value={"unit" in filter ? filter.unit : "day"}
      error={refused(`${at}/unit`)}
      onChange={(unit) => unit && onChange({ ...filter, unit } as DateFilter)}
      data={UNITS.map((unit) => ({ value: unit, label: t(`segments.unit_${unit}`) }))}
    />
  );
  const number = (name: string, label: string, value: number, set: (value: number) => void) => (
    <NumberInput w={76} min={0} allowDecimal={false} aria-label={label} value={value} error={refused(`${at}/${name}`)} onChange={(next) => set(Number(next) || 0)} />
  );
  const day = (name: string, label: string, value: string, set: (value: string) => void) => (
    <TextInput w={150} type="date" aria-label={label} value={dayOf(value)} error={refused(`${at}/${name}`)} onChange={(event) => event.currentTarget.value && set(midnightOf(event.currentTarget.value))} />
  );
  if (filter.operator === "between") {
    return (
      <>
        {number("start", t("segments.from"), filter.start, (start) => onChange({ ...filter, start }))}
        <span>{t("sentence.and")}</span>
        {number("end", t("segments.to"), filter.end, (end) => onChange({ ...filter, end }))}
        {units}
        <span>{t("segments.ago")}</span>
      </>
    );
  }
  if (filter.operator === "between-static") {
    return (
      <>
        {day("start", t("segments.from"), filter.start, (start) => onChange({ ...filter, start }))}
        <span>{t("sentence.and")}</span>
        {day("end", t("segments.to"), filter.end, (end) => onChange({ ...filter, end }))}
      </>
    );
  }
  if (filter.operator === "calendar-month") {
    return (
      <Select
        w={130}
        aria-label={t("builder.month")}
        allowDeselect={false}
        value={String(filter.value)}
        onChange={(value) => value && onChange({ ...filter, value: Number(value) })}
        data={MONTHS.map((value) => ({ value, label: t(`sentence.month_${value}` as "sentence.month_1") }))}
      />
    );
  }
  if ("quantity" in filter) {
    return (
      <>
        {number("quantity", t("segments.quantity"), filter.quantity, (quantity) => onChange({ ...filter, quantity }))}
        {units}
        {filter.operator === "at-least" && <span>{t("segments.ago")}</span>}
      </>
    );
  }
  if ("date" in filter) return day("date", t("segments.day"), filter.date, (date) => onChange({ ...filter, date }));
  return null;
}
