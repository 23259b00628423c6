/** Where somebody lives: in a region, or so far from a postal code. */
import { NumberInput, Select, TextInput } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { DistanceCondition, RegionCondition } from "@/lib/definition";
import { countries } from "./countries";
import { useRefused } from "./problems";

const REGIONS = ["european_union", "united_states"] as const;

export function RegionEditor({ condition, onChange }: { condition: RegionCondition; onChange: (condition: RegionCondition) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        w={120}
        aria-label={t("segments.membership")}
        allowDeselect={false}
        value={String(condition.in_region)}
        onChange={(value) => onChange({ ...condition, in_region: value === "true" })}
        data={[
          { value: "true", label: t("segments.isIn") },
          { value: "false", label: t("segments.isNotIn") },
        ]}
      />
      <Select
        w={210}
        aria-label={t("builder.region")}
        allowDeselect={false}
        value={condition.region}
        onChange={(region) => region && onChange({ ...condition, region })}
        data={REGIONS.map((value) => ({ value, label: t(`sentence.region_${value}`) }))}
      />
    </>
  );
}

export function DistanceEditor({ condition, onChange }: { condition: DistanceCondition; onChange: (condition: DistanceCondition) => void }) {
  const { t, i18n } = useTranslation();
  const refused = useRefused();
  const known = useMemo(() => countries(i18n.language), [i18n.language]);
  const { filter, unit, country_code: country, postal_code: code } = condition;
  return (
    <>
      <Select
        w={140}
        aria-label={t("segments.operator")}
        allowDeselect={false}
        value={filter.operator}
        error={refused("filter/operator")}
        onChange={(operator) => operator && onChange({ ...condition, filter: { ...filter, operator } })}
        data={(["less-than", "greater-than"] as const).map((value) => ({ value, label: t(`sentence.numeric_${value}`) }))}
      />
      <NumberInput w={90} min={0} aria-label={t("builder.distance")} value={filter.value} error={refused("filter/value")} onChange={(value) => onChange({ ...condition, filter: { ...filter, value: Number(value) || 0 } })} />
      <Select
        w={120}
        aria-label={t("segments.unit")}
        allowDeselect={false}
        value={unit}
        onChange={(value) => value && onChange({ ...condition, unit: value as "miles" })}
        data={(["kilometers", "miles"] as const).map((value) => ({ value, label: t(`sentence.unit_${value}`) }))}
      />
      <span>{t("builder.fromPlace")}</span>
      <TextInput
        w={120}
        aria-label={t("builder.postalCode")}
        placeholder={t("builder.postalCode")}
        value={code}
        error={refused("postal_code")}
        onChange={({ currentTarget: { value } }) => onChange({ ...condition, postal_code: value })}
      />
      <Select
        w={210}
        aria-label={t("builder.country")}
        allowDeselect={false}
        searchable
        value={country.toUpperCase()}
        error={refused("country_code")}
        onChange={(value) => value && onChange({ ...condition, country_code: value })}
        data={known}
      />
    </>
  );
}
