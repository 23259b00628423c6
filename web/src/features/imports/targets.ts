/** What a column can mean, in the order in which people look for it. */
import type { ColumnRule, ImportMapping } from "@/lib/types";

interface Target {
  value: string;
  label: string;
}

const PEOPLE: { group: string; items: Target[] }[] = [
  {
    group: "Who it is",
    items: [
      { value: "email", label: "Email address" },
      { value: "phone_number", label: "Phone number" },
      { value: "external_id", label: "External id" },
    ],
  },
  {
    group: "About them",
    items: [
      { value: "property", label: "Custom property" },
      { value: "first_name", label: "First name" },
      { value: "last_name", label: "Last name" },
      { value: "organization", label: "Organization" },
      { value: "title", label: "Title" },
      { value: "image", label: "Image address" },
      { value: "locale", label: "Language" },
    ],
  },
  {
    group: "Where they are",
    items: [
      { value: "location.address1", label: "Address" },
      { value: "location.address2", label: "Address, second line" },
      { value: "location.city", label: "City" },
      { value: "location.region", label: "Region" },
      { value: "location.zip", label: "Zip" },
      { value: "location.country", label: "Country" },
      { value: "location.timezone", label: "Time zone" },
      { value: "location.latitude", label: "Latitude" },
      { value: "location.longitude", label: "Longitude" },
    ],
  },
];
const CONSENT = {
  group: "Consent and lists",
  items: [
    { value: "consent:email.marketing", label: "Email marketing consent" },
    { value: "consented_at:email.marketing", label: "Email consent: when" },
    { value: "consent_method:email.marketing", label: "Email consent: by what means" },
    { value: "consent_source:email.marketing", label: "Email consent: where" },
    { value: "consent:sms.marketing", label: "SMS marketing consent" },
    { value: "consented_at:sms.marketing", label: "SMS consent: when" },
    { value: "consent_method:sms.marketing", label: "SMS consent: by what means" },
    { value: "consent_source:sms.marketing", label: "SMS consent: where" },
    { value: "consent:sms.transactional", label: "SMS transactional consent" },
    { value: "consented_at:sms.transactional", label: "SMS transactional: when" },
    { value: "consent_method:sms.transactional", label: "SMS transactional: by what means" },
    { value: "consent_source:sms.transactional", label: "SMS transactional: where" },
    { value: "suppression", label: "Suppression" },
    { value: "suppressed_at", label: "Suppression: since when" },
    { value: "list", label: "Names of lists" },
  ],
};
const EVENT = {
  group: "What happened",
  items: [
    { value: "event.metric", label: "Metric" },
    { value: "event.time", label: "Date and time" },
    { value: "event.value", label: "Value" },
    { value: "event.value_currency", label: "Currency" },
    { value: "event.unique_id", label: "Unique id" },
    { value: "event.property", label: "Event property" },
  ],
};
const IGNORE = { group: "Otherwise", items: [{ value: "ignore", label: "Leave out" }] };

export function targets(kind: string): { group: string; items: Target[] }[] {
  return kind === "events" ? [EVENT, ...PEOPLE, IGNORE] : [...PEOPLE, CONSENT, IGNORE];
}

/** Whether the rule needs a name and a type of its own. */
export function isProperty(rule: ColumnRule): boolean {
  return rule.target === "property" || rule.target === "event.property";
}

/** The mapping with one column's rule changed; a column that becomes a property is called as it is in the file. */
export function withRule(mapping: ImportMapping, column: string, change: Partial<ColumnRule>): ImportMapping {
  const columns = (mapping.columns ?? []).map((rule) => {
    if (rule.column !== column) return rule;
    const next = { ...rule, ...change };
    if (isProperty(next)) return { ...next, name: next.name ?? column, type: next.type ?? "text" };
    return { column: next.column, target: next.target };
  });
  return { ...mapping, columns };
}
