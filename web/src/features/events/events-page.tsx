import { Autocomplete, Group, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { relatedId, type Resource } from "@/lib/api";
import { findProfileByEmail, useMetrics, useRows } from "@/lib/collections";
import { useEventProperties } from "@/lib/event-properties";
import { personLabel } from "@/lib/format";
import { useFormats } from "@/lib/session";
import type { EventAttributes, MetricAttributes, ProfileAttributes } from "@/lib/types";
import { useDebounced } from "@/lib/use-debounced";
import { DataTable, type Column } from "@/ui/data-table";
import { eventDetail, eventValue } from "@/ui/event-words";
import { AsOf, Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { PeriodPicker, periodOf } from "@/ui/period-picker";
import { EventDrawer } from "./event-drawer";
import { filterOf, OPERATORS, type EventSearch } from "./search";

type Row = Resource<EventAttributes>;

function useEventSearch() {
  const search: EventSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = (change: EventSearch) => void navigate({ to: "/analytics/events", search: { ...search, ...change }, replace: true });
  return { search, set };
}

function useFoundEvents(search: EventSearch) {
  const formats = useFormats();
  const periodText = search.period ?? "30d";
  const period = useMemo(() => periodOf(periodText, formats.timezone), [periodText, formats.timezone]);
  const typed = useDebounced(JSON.stringify([search.value, search.text, search.email]), 300);
  const [value, text, email] = JSON.parse(typed) as (string | undefined)[];
  const person = useQuery({
    queryKey: ["profiles", "by-email", email],
    enabled: Boolean(email),
    queryFn: async () => (await findProfileByEmail(email ?? "")) ?? null,
  });
  const isNobody = Boolean(email) && person.data === null;
  const filter = filterOf({ ...search, value: value ?? undefined, text: text ?? undefined }, period, person.data ?? undefined);
  const events = useRows<EventAttributes>(
    ["events", "search"],
    "/api/event-search",
    { filter, sort: "-datetime", include: "profile,metric", "page[size]": 50 },
    { enabled: !email || Boolean(person.data) },
  );
  return { events, isNobody, periodText };
}

export function EventsPage() {
  const { t } = useTranslation();
  const { search, set } = useEventSearch();
  const { events, isNobody, periodText } = useFoundEvents(search);
  const columns = useColumns(events.included);
  const rows = isNobody ? [] : events.rows;
  const open = rows.find((row) => row.id === search.event);
  return (
    <Page fill title={t("nav.events")} note={t("events.intro")} actions={<PeriodPicker value={periodText} onChange={(period) => set({ period })} />}>
      <Conditions search={search} set={set} isNobody={isNobody} asOf={events.asOf} />
      {events.error ? (
        <ErrorNote error={events.error} retry={events.retry} />
      ) : (
        <DataTable
          name="events"
          label={t("nav.events")}
          columns={columns}
          rows={rows}
          rowId={(row) => row.id}
          loading={events.loading && !isNobody}
          loadingMore={events.loadingMore}
          onEnd={events.more}
          onOpen={(row) => set({ event: row.id })}
          empty={<Empty title={t("events.none")}>{t("events.noneHint")}</Empty>}
        />
      )}
      <EventDrawer event={open} included={events.included} close={() => set({ event: undefined })} />
    </Page>
  );
}

interface ConditionsProps {
  search: EventSearch;
  set: (change: EventSearch) => void;
  isNobody: boolean;
  asOf: number;
}

function Conditions({ search, set, isNobody, asOf }: ConditionsProps) {
  const { t } = useTranslation();
  const metrics = useMetrics();
  const options = (metrics.data ?? [])
    .map((one) => ({ value: one.id, label: one.attributes.name }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const canSearch = Boolean(search.metric || search.email);
  return (
    <Group mb="xs" gap="xs">
      <Select
        w={220}
        aria-label={t("events.metric")}
        placeholder={t("events.anyMetric")}
        searchable
        clearable
        value={search.metric ?? null}
        onChange={(metric) => set({ metric: metric ?? undefined, property: undefined, value: undefined, event: undefined })}
        data={options}
      />
      <TextInput
        w={220}
        type="search"
        aria-label={t("events.person")}
        placeholder={t("events.person")}
        value={search.email ?? ""}
        error={isNobody && t("events.noPerson")}
        onChange={(event) => set({ email: event.currentTarget.value || undefined, event: undefined })}
      />
      {search.metric && <PropertyCondition search={search} set={set} />}
      <TextInput
        w={230}
        type="search"
        disabled={!canSearch}
        title={canSearch ? undefined : t("events.chooseFirst")}
        aria-label={t("events.text")}
        placeholder={t("events.text")}
        value={search.text ?? ""}
        onChange={(event) => set({ text: event.currentTarget.value || undefined })}
      />
      <AsOf at={asOf || undefined} />
    </Group>
  );
}

function PropertyCondition({ search, set }: Pick<ConditionsProps, "search" | "set">) {
  const { t } = useTranslation();
  const properties = useEventProperties(search.metric ?? "");
  const chosen = properties.data?.find((one) => one.name === search.property);
  return (
    <>
      <Select
        w={180}
        aria-label={t("events.property")}
        placeholder={t("events.property")}
        searchable
        clearable
        value={search.property ?? null}
        onChange={(property) => set({ property: property ?? undefined, value: undefined })}
        data={(properties.data ?? []).map((one) => ({ value: one.name, label: one.label }))}
      />
      {search.property && (
        <>
          <Select
            w={150}
            aria-label={t("customMetrics.operator")}
            allowDeselect={false}
            value={search.operator ?? "equals"}
            onChange={(operator) => set({ operator: operator ?? undefined })}
            data={OPERATORS.map((value) => ({ value, label: operatorWord(value, t) }))}
          />
          <Autocomplete
            w={180}
            aria-label={t("events.value")}
            placeholder={t("events.value")}
            value={search.value ?? ""}
            onChange={(value) => set({ value: value || undefined })}
            data={[...new Set(chosen?.samples ?? [])]}
          />
        </>
      )}
    </>
  );
}

function operatorWord(operator: (typeof OPERATORS)[number], t: TFunction): string {
  if (operator === "equals" || operator === "contains") return t(`events.${operator}`);
  return t(`customMetrics.op_numeric_${operator}`);
}

function useColumns(included: Resource[]): Column<Row>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(() => {
    const byId = new Map(included.map((one) => [`${one.type} ${one.id}`, one]));
    const target = <A,>(row: Row, name: string) => byId.get(`${name} ${relatedId(row, name) ?? ""}`) as Resource<A> | undefined;
    return [
      { id: "when", header: t("events.when"), meta: { width: 170 }, cell: ({ row }) => <Moment at={row.original.attributes.datetime} /> },
      { id: "metric", header: t("events.what"), meta: { width: 200, phone: true }, cell: ({ row }) => target<MetricAttributes>(row.original, "metric")?.attributes.name },
      {
        id: "who",
        header: t("events.who"),
        meta: { width: 240, phone: true },
        cell: ({ row }) => {
          const id = relatedId(row.original, "profile");
          if (!id) return null;
          return (
            <Link className="plain" to="/profiles/$id" params={{ id }}>
              {personLabel(target<ProfileAttributes>(row.original, "profile")?.attributes ?? {}, id)}
            </Link>
          );
        },
      },
      { id: "detail", header: t("events.detail"), cell: ({ row }) => <span className="quiet">{eventDetail(row.original.attributes.event_properties)}</span> },
      {
        id: "worth",
        header: t("events.worth"),
        meta: { align: "right", width: 110 },
        cell: ({ row }) => {
          const value = eventValue(row.original.attributes.event_properties);
          return value ? formats.money(value.amount, value.currency) : "";
        },
      },
    ];
  }, [included, t, formats]);
}

