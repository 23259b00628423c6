/** Which properties a metric's events have, learnt from the newest of them. */
import { useQuery } from "@tanstack/react-query";
import { api, type Many } from "./api";
import { equals } from "./filter";
import type { EventAttributes } from "./types";

export interface EventProperty {
  name: string;
  samples: string[];
}

const EXAMPLES = 200;
const MOST_SAMPLES = 50;

/** Names in the order of the alphabet, each with the values seen; nested objects are left out: they cannot be compared. */
export function propertiesOf(events: Record<string, unknown>[]): EventProperty[] {
  const seen = new Map<string, Set<string>>();
  for (const [name, value] of events.flatMap((properties) => Object.entries(properties))) {
    const values = (Array.isArray(value) ? value : [value]).filter((one) => ["string", "number", "boolean"].includes(typeof one));
    if (!values.length || ["$extra", "$event_id", "$value"].includes(name)) continue;
    const samples = seen.get(name) ?? new Set();
    values.forEach((one) => samples.size < MOST_SAMPLES && samples.add(String(one)));
    seen.set(name, samples);
  }
  return [...seen].map(([name, samples]) => ({ name, samples: [...samples].sort() })).sort((a, b) => a.name.localeCompare(b.name));
}

export function useEventProperties(metricId: string) {
  return useQuery({
    queryKey: ["metrics", metricId, "properties"],
    enabled: metricId !== "",
    staleTime: 60_000,
    queryFn: async () => {
      const query = { filter: equals("metric_id", metricId), sort: "-datetime", "page[size]": EXAMPLES };
      const events = await api.get<Many<EventAttributes>>("/api/events", query);
      return propertiesOf(events.data.map((event) => event.attributes.event_properties));
    },
  });
}
