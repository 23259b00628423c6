/** Which form, key, page or person a consent came by; any of them when nothing is named. */
import { TagsInput, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConsentFilter, Filter } from "@/lib/definition";
import type { Detail } from "../methods";
import { useRefused } from "./problems";

interface MethodDetailProps {
  method: string;
  detail: Detail | undefined;
  filter: ConsentFilter["filter"];
  onChange: (filter: Filter | undefined) => void;
}

const SHOPS: Readonly<Record<string, string[]>> = { integration: ["shopify", "constant_contact"] };

export function MethodDetail({ method, detail, filter, onChange }: MethodDetailProps) {
  const { t } = useTranslation();
  const refused = useRefused()("filter");
  const value = filter && "value" in filter ? filter.value : undefined;
  const which = t(`builder.which_${method}` as "builder.which_form", { defaultValue: t("builder.which") });
  if (detail === "in") {
    return (
      <TagsInput
        flex="1 1 180px"
        maw={420}
        aria-label={which}
        placeholder={Array.isArray(value) && value.length ? undefined : which}
        acceptValueOnBlur
        value={Array.isArray(value) ? value : []}
        data={SHOPS[method] ?? []}
        error={refused}
        onChange={(next) => onChange(next.length ? { type: "string", operator: "in", value: next } : undefined)}
      />
    );
  }
  if (detail === "equals") {
    return (
      <TextInput
        w={260}
        aria-label={which}
        placeholder={which}
        value={typeof value === "string" ? value : ""}
        error={refused}
        onChange={({ currentTarget: { value: next } }) => onChange(next ? { type: "string", operator: "equals", value: next } : undefined)}
      />
    );
  }
  return null;
}
