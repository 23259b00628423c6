import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { PropertyCondition } from "@/lib/definition";
import { useFormats } from "@/lib/session";
import { kindWord } from "./builder/event-filters";
import { PickText } from "./builder/pick-text";
import { useProfileProperties } from "./builder/profile-properties";
import { useRefused } from "./builder/problems";
import { useValues } from "./builder/values";
import { FilterFields } from "./filter-fields";
import { firstFilter, operatorOf, PROPERTY_OPERATORS } from "./operators";
import { COORDINATES, DATES, PLACES, propertyKind, propertyLabel, propertyPath, TEXTS } from "./property-path";

export function PropertyEditor({ condition, onChange }: { condition: PropertyCondition; onChange: (condition: PropertyCondition) => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const refused = useRefused();
  const custom = useProfileProperties();
  const { property, filter } = condition;
  const among = useMemo(() => PROPERTY_OPERATORS(propertyKind(property)), [property]);
  const value = "value" in filter && typeof filter.value === "string" ? filter.value : "";
  const values = useValues(property, value);
  const choose = (text: string) => {
    const path = propertyPath(text);
    const kind = propertyKind(path);
    const next = PROPERTY_OPERATORS(kind);
    // What was already said stays, if the new property can be asked for it.
    const chosen = operatorOf(filter, next);
    const fits = (value !== "" || filter.type !== "string") && chosen && next.includes(chosen);
    const type = kind === "custom" ? custom.find((one) => one.name === text)?.type : kind;
    onChange({ ...condition, property: path, filter: fits ? filter : firstFilter(type, next) });
  };
  const note = (name: string) => {
    const known = custom.find((one) => one.name === name);
    if (known) return [kindWord(known.type, t), known.seen === undefined ? undefined : formats.number(known.seen)].filter(Boolean).join(" · ");
    return t(`builder.about_${propertyKind(propertyPath(name))}`);
  };
  return (
    <>
      <PickText
        label={t("segments.property")}
        value={propertyLabel(property)}
        options={[
          { group: t("segments.custom"), items: custom.map((one) => one.name) },
          { group: t("segments.standard"), items: [...TEXTS.filter((one) => one !== "id" && one !== "image"), ...DATES] },
          { group: t("segments.location"), items: [...PLACES, ...COORDINATES].map((place) => `location.${place}`) },
        ].filter((group) => group.items.length)}
        note={note}
        refused={refused("property")}
        onChange={choose}
      />
      <FilterFields filter={filter} among={among} suggestions={values} asked onChange={(next) => onChange({ ...condition, filter: next })} />
    </>
  );
}
