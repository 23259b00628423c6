/** "where Brand is Cedar": what the events of a condition or a funnel's step must say of themselves. */
import { ActionIcon, Button } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { MetricFilter, ValueFilter } from "@/lib/definition";
import { useAskable } from "@/lib/event-properties";
import { eventPropertyLabel, eventPropertyPath } from "@/lib/property-names";
import { FilterFields } from "../filter-fields";
import { EVENT_OPERATORS, firstFilter } from "../operators";
import classes from "../segments.module.css";
import { PickText } from "./pick-text";
import { Inside, useRefused } from "./problems";

interface EventFiltersProps {
  metricId: string;
  filters: MetricFilter[];
  onChange: (filters: MetricFilter[] | undefined) => void;
}

const MOST = 10;
/** What an event is worth is no property of its own, but can be compared like one. */
const VALUE = { name: "$value", label: "$value", type: "number", samples: [] };
const BLANK: MetricFilter = { property: "", filter: { type: "string", operator: "equals", value: "" } };

export function EventFilters({ metricId, filters, onChange }: EventFiltersProps) {
  const { t } = useTranslation();
  if (!metricId) return null;
  const set = (at: number, row: MetricFilter) => onChange(filters.map((old, index) => (index === at ? row : old)));
  const remove = (at: number) => {
    const left = filters.filter((_, index) => index !== at);
    onChange(left.length ? left : undefined);
  };
  return (
    <div className={classes.filters}>
      {filters.map((row, at) => (
        <Inside key={at} at={`metric_filters/${at}`}>
          <Filter first={at === 0} metricId={metricId} row={row} onChange={(next) => set(at, next)} onRemove={() => remove(at)} />
        </Inside>
      ))}
      {filters.length < MOST && (
        <div>
          <Button size="compact-xs" variant="subtle" color="gray" leftSection={<IconPlus size={12} />} onClick={() => onChange([...filters, BLANK])}>
            {t("segments.addFilter")}
          </Button>
        </div>
      )}
    </div>
  );
}

function Filter({ first, metricId, row, onChange, onRemove }: { first: boolean; metricId: string; row: MetricFilter; onChange: (row: MetricFilter) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const refused = useRefused();
  const properties = useAskable(metricId).data;
  const known = useMemo(() => [...(properties ?? []), VALUE], [properties]);
  const chosen = known.find((one) => one.name === row.property);
  const isBlank = "value" in row.filter && row.filter.value === "";
  const choose = (text: string) => {
    const property = eventPropertyPath(text);
    const type = known.find((one) => one.name === property)?.type;
    onChange({ ...row, property, filter: type && isBlank ? (firstFilter(listed(type), EVENT_OPERATORS) as ValueFilter) : row.filter });
  };
  return (
    <div className={classes.parts}>
      <span className="quiet">{first ? t("segments.where") : t("sentence.and")}</span>
      <PickText
        label={t("segments.eventProperty")}
        width={180}
        value={eventPropertyLabel(row.property)}
        options={known.map((one) => eventPropertyLabel(one.name))}
        note={(text) => kindWord(known.find((one) => one.name === eventPropertyPath(text))?.type, t)}
        refused={refused("property")}
        onChange={choose}
      />
      <FilterFields
        filter={row.filter}
        among={EVENT_OPERATORS}
        suggestions={(chosen?.samples ?? []).map((value) => ({ value }))}
        onChange={(filter) => onChange({ ...row, filter: filter as ValueFilter })}
      />
      <ActionIcon variant="subtle" color="gray" aria-label={t("builder.removeFilter")} onClick={onRemove}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}

// What looks like a date is a text in an event.
const listed = (type: string): string => (type === "list" ? "events" : type === "date" ? "text" : type);

type Kind = "text" | "number" | "boolean" | "date" | "list";
const KINDS: readonly string[] = ["text", "number", "boolean", "date", "list"];

export function kindWord(type: string | undefined, t: TFunction): string | undefined {
  return type && KINDS.includes(type) ? t(`builder.kind_${type as Kind}`) : undefined;
}
