/** Which properties a metric's events have, as the newest of them show. */
import { useQuery } from "@tanstack/react-query";
import { api, type Many, type Resource } from "./api";
import { eventPropertyLabel } from "./property-names";
import type { PropertyAttributes } from "./types";

export interface EventProperty {
  name: string;
  label: string;
  type: string;
  samples: string[];
}

const UNCOMPARABLE = ["object", "null"];
const BOOKKEEPING = ["$extra", "$event_id", "$value"];

/** What can be compared, in the order of the alphabet: hidden properties and nested objects are left out. */
export function comparable(rows: Resource<PropertyAttributes>[]): EventProperty[] {
  return rows
    .map((row) => row.attributes)
    .filter((one) => !one.is_hidden && !UNCOMPARABLE.includes(one.inferred_type) && !BOOKKEEPING.includes(one.property))
    .map((one) => ({ name: one.property, label: one.label, type: one.inferred_type, samples: (one.sample_values ?? []).map(String) }))
    .sort((a, b) => a.label.localeCompare(b.label));
}

/** The same, and what is inside nested objects; shops keep an order's items in `$extra`. */
export function askable(rows: Resource<PropertyAttributes>[]): EventProperty[] {
  const inside = rows
    .filter((row) => !row.attributes.is_hidden)
    .flatMap((row) => row.attributes.inside ?? [])
    .filter((one) => !UNCOMPARABLE.includes(one.inferred_type))
    .map((one) => ({ name: one.property, label: eventPropertyLabel(one.property), type: one.inferred_type, samples: one.sample_values.map(String) }));
  return [...comparable(rows), ...inside].sort((a, b) => a.label.localeCompare(b.label));
}

const readProperties = async (metricId: string, wanted: string) => {
  const query = { "additional-fields[metric-property]": wanted };
  return (await api.get<Many<PropertyAttributes>>(`/api/metrics/${metricId}/metric-properties`, query)).data;
};

export const eventPropertiesQuery = (metricId: string) => ({
  queryKey: ["metrics", metricId, "properties"],
  enabled: metricId !== "",
  staleTime: 60_000,
  queryFn: () => readProperties(metricId, "sample_values"),
});

export function useEventProperties(metricId: string) {
  return useQuery({ ...eventPropertiesQuery(metricId), select: comparable });
}

/** What a condition may ask of a metric's events. */
export function useAskable(metricId: string) {
  return useQuery({
    queryKey: ["metrics", metricId, "properties", "inside"],
    enabled: metricId !== "",
    staleTime: 60_000,
    queryFn: () => readProperties(metricId, "sample_values,inside"),
    select: askable,
  });
}
