/** What is searched, as it stands in the address, and as the API asks for it. */
import { atLeast, below, both, contains, equals } from "@/lib/filter";

export interface EventSearch {
  metric?: string;
  period?: string;
  property?: string;
  operator?: string;
  value?: string;
  text?: string;
  email?: string;
  event?: string;
}

export const OPERATORS = ["equals", "contains", "greater-than", "less-than"] as const;
export type Operator = (typeof OPERATORS)[number];

/** The filter of a search. What events say can be searched only among those of a metric or a person. */
export function filterOf(search: EventSearch, period: { start: string; end: string }, profileId?: string): string | undefined {
  const bounded = Boolean(search.metric || profileId);
  const operator = OPERATORS.find((one) => one === search.operator) ?? "equals";
  const property = bounded && search.property;
  const literal = (value: string) => equals("value", value).replace("equals", operator);
  return both(
    search.metric && equals("metric_id", search.metric),
    profileId && equals("profile_id", profileId),
    atLeast("datetime", new Date(period.start)),
    below("datetime", new Date(period.end)),
    property && equals("property", property),
    property && search.value && literal(search.value),
    bounded && search.text && contains("text", search.text),
  );
}
