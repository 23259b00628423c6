/** When a consent was given or taken back, by what method, and what else is known of it. */
import { ActionIcon, Button, Menu, Select } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ConsentFilter, DateFilter, Filter } from "@/lib/definition";
import { methodName, type Detail } from "../methods";
import { DATE_TESTS } from "../operators";
import { consentFilterText } from "../sentence";
import { useNames } from "../names";
import classes from "../segments.module.css";
import { MethodDetail } from "./method-detail";
import { PickText } from "./pick-text";
import { Inside, useRefused } from "./problems";
import { Timeframe } from "./timeframe";

type Methods = Readonly<Record<string, Detail>>;
interface ConsentFiltersProps {
  filters: ConsentFilter[];
  fields: readonly string[];
  methods: Methods;
  onChange: (filters: ConsentFilter[] | undefined) => void;
}

const LATELY: DateFilter = { type: "date", operator: "in-the-last", quantity: 30, unit: "day" };
const SUPPRESSIONS = ["bounce_date", "manual_suppression_date", "invalid_email_date"];
const ASKED_AS = { method: "method", subscribe_method: "method" } as const;

function begin(field: string, methods: Methods): ConsentFilter {
  if (field in ASKED_AS) return { field, method: Object.keys(methods)[0] };
  if (field === "is_double_opt_in" || field === "is_rcs_capable") return { field, filter: { type: "boolean", operator: "equals", value: true } };
  if (field === "custom_source") return { field, filter: { type: "string", operator: "equals", value: "" } };
  return { field, filter: SUPPRESSIONS.includes(field) ? { type: "existence", operator: "is-set" } : LATELY };
}

export function ConsentFilters({ filters, fields, methods, onChange }: ConsentFiltersProps) {
  const { t } = useTranslation();
  const set = (next: ConsentFilter[]) => onChange(next.length ? next : undefined);
  if (!filters.length && !fields.length) return null;
  return (
    <div className={classes.filters}>
      {filters.map((item, at) => (
        <Inside key={at} at={`filters/${at}`}>
          <div className={classes.parts}>
            <span className="quiet">{t("sentence.and")}</span>
            <Field item={item} methods={methods} onChange={(next) => set(filters.map((old, index) => (index === at ? next : old)))} />
            <ActionIcon variant="subtle" color="gray" aria-label={t("builder.removeFilter")} onClick={() => set(filters.filter((_, index) => index !== at))}>
              <IconX size={14} />
            </ActionIcon>
          </div>
        </Inside>
      ))}
      {fields.length > 0 && (
        <div>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconPlus size={12} />}>
                {t("builder.addConsentFilter")}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {fields.map((field) => (
                <Menu.Item key={field} onClick={() => set([...filters, begin(field, methods)])}>
                  {t(`builder.field_${field}` as "builder.field_method")}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </div>
      )}
    </div>
  );
}

interface FieldProps {
  item: ConsentFilter;
  methods: Methods;
  onChange: (item: ConsentFilter) => void;
}

function Field({ item, methods, onChange }: FieldProps) {
  const { t } = useTranslation();
  const names = useNames();
  const refused = useRefused();
  const { field, filter } = item;
  if (field in ASKED_AS) return <Method item={item} methods={methods} onChange={onChange} />;
  const label = <span>{t(`builder.field_${field}` as "builder.field_method", { defaultValue: field })}</span>;
  if (filter?.type === "boolean") {
    return (
      <Select
        w={250}
        aria-label={t(`builder.field_${field}` as "builder.field_method")}
        allowDeselect={false}
        value={String(filter.value)}
        onChange={(value) => onChange({ ...item, filter: { ...filter, value: value === "true" } })}
        data={["true", "false"].map((value) => ({ value, label: consentFilterText({ field, filter: { ...filter, value: value === "true" } }, names, t) }))}
      />
    );
  }
  if (filter?.type === "string" && typeof filter.value === "string") {
    return (
      <>
        {label}
        <PickText label={t("segments.value")} value={filter.value} options={[]} refused={refused("filter")} onChange={(value) => onChange({ ...item, filter: { ...filter, value } })} />
      </>
    );
  }
  if (filter?.type === "date" || (SUPPRESSIONS.includes(field) && filter?.type === "existence")) {
    const ever = SUPPRESSIONS.includes(field) ? t("builder.ever") : undefined;
    const isSet: Filter = { type: "existence", operator: "is-set" };
    return (
      <>
        {label}
        <Timeframe filter={filter.type === "date" ? filter : undefined} among={DATE_TESTS} at="filter" none={ever} onChange={(next) => onChange({ ...item, filter: next ?? isSet })} />
      </>
    );
  }
  return <span>{consentFilterText(item, names, t)}</span>;
}

function Method({ item, methods, onChange }: FieldProps) {
  const { t } = useTranslation();
  const refused = useRefused();
  const method = item.method ?? "";
  const known = method && !(method in methods) ? [...Object.keys(methods), method] : Object.keys(methods);
  return (
    <>
      <span>{t("builder.by")}</span>
      <Select
        w={230}
        aria-label={t("builder.field_method")}
        allowDeselect={false}
        searchable
        maxDropdownHeight={320}
        value={method}
        error={refused("method")}
        onChange={(value) => value && onChange({ field: item.field, method: value })}
        data={known.map((value) => ({ value, label: methodName(value, t) }))}
      />
      <MethodDetail method={method} detail={methods[method]} filter={item.filter} onChange={(filter) => onChange(filter ? { ...item, filter } : { field: item.field, method })} />
    </>
  );
}
