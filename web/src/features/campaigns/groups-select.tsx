import { MultiSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useGroups } from "@/lib/collections";

interface GroupsSelectProps {
  label: string;
  description?: string;
  placeholder: string;
  value: string[];
  onChange: (ids: string[]) => void;
}

/** Lists and segments to choose from, each under its own heading. */
export function GroupsSelect({ label, description, placeholder, value, onChange }: GroupsSelectProps) {
  const { t } = useTranslation();
  const { groups } = useGroups();
  const options = (["list", "segment"] as const)
    .map((kind) => ({
      group: t(kind === "list" ? "nav.lists" : "nav.segments"),
      items: groups.filter((group) => group.kind === kind).map((group) => ({ value: group.id, label: group.name })),
    }))
    .filter((group) => group.items.length);
  return (
    <MultiSelect
      label={label}
      description={description}
      placeholder={value.length ? undefined : placeholder}
      searchable
      hidePickedOptions
      value={value}
      onChange={onChange}
      data={options}
    />
  );
}
