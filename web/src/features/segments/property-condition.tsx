import { Autocomplete } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Many } from "@/lib/api";
import type { PropertyCondition } from "@/lib/definition";
import type { ProfileAttributes } from "@/lib/types";
import { FilterFields } from "./filter-fields";
import { PROPERTY_OPERATORS } from "./operators";
import { propertyLabel, propertyPath } from "./property-path";

const STANDARD = ["email", "first_name", "last_name", "phone_number", "external_id", "organization", "title", "locale", "created", "updated", "last_event_date"];
const PLACES = ["city", "region", "country", "zip", "timezone"];
const EXAMPLES = 100;

/** Names of custom properties, taken from the newest profiles: there is no list of them to ask for. */
function useKnownProperties(): { custom: string[]; values: (property: string) => string[] } {
  const people = useQuery({
    queryKey: ["profiles", "property-examples"],
    queryFn: () => api.get<Many<ProfileAttributes>>("/api/profiles", { "page[size]": EXAMPLES, sort: "-updated" }),
    staleTime: 60_000,
  });
  const rows = people.data?.data ?? [];
  const custom = [...new Set(rows.flatMap((row) => Object.keys(row.attributes.properties ?? {})))].sort();
  const values = (property: string) => {
    const seen = rows.map(({ attributes }) => {
      const nested = /^(properties|location)\['(.+)'\]$/.exec(property);
      if (!nested?.[2]) return undefined;
      const holder = nested[1] === "location" ? attributes.location : attributes.properties;
      return holder?.[nested[2]];
    });
    return [...new Set(seen.filter((value): value is string => typeof value === "string" && value !== ""))].sort();
  };
  return { custom, values };
}

export function PropertyEditor({ condition, onChange }: { condition: PropertyCondition; onChange: (condition: PropertyCondition) => void }) {
  const { t } = useTranslation();
  const known = useKnownProperties();
  return (
    <>
      <Autocomplete
        w={200}
        aria-label={t("segments.property")}
        placeholder={t("segments.property")}
        value={propertyLabel(condition.property)}
        onChange={(text) => onChange({ ...condition, property: propertyPath(text) })}
        data={[
          { group: t("segments.custom"), items: known.custom },
          { group: t("segments.standard"), items: STANDARD },
          { group: t("segments.location"), items: PLACES.map((place) => `location.${place}`) },
        ].filter((group) => group.items.length)}
      />
      <FilterFields
        filter={condition.filter}
        among={PROPERTY_OPERATORS}
        suggestions={known.values(condition.property)}
        onChange={(filter) => onChange({ ...condition, filter })}
      />
    </>
  );
}
