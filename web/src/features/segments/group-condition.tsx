import { MultiSelect, Select } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useGroups } from "@/lib/collections";
import type { GroupCondition } from "@/lib/definition";
import { useRefused } from "./builder/problems";
import { Timeframe } from "./builder/timeframe";
import { JOIN_FRAMES } from "./operators";

interface GroupEditorProps {
  condition: GroupCondition;
  onChange: (condition: GroupCondition) => void;
}

export function GroupEditor({ condition, onChange }: GroupEditorProps) {
  const { t } = useTranslation();
  const refused = useRefused();
  const { id: own } = useParams({ strict: false });
  const { groups, loading } = useGroups();
  const data = useMemo(() => {
    const of = (kind: string) => groups.filter((one) => one.kind === kind && one.id !== own).map((one) => ({ value: one.id, label: one.name }));
    const missing = loading ? [] : condition.group_ids.filter((id) => !groups.some((one) => one.id === id && id !== own));
    return [
      { group: t("nav.lists"), items: of("list") },
      { group: t("nav.segments"), items: of("segment") },
      { group: t("builder.gone"), items: missing.map((id) => ({ value: id, label: groups.find((one) => one.id === id)?.name ?? id })) },
    ].filter((group) => group.items.length);
  }, [groups, loading, condition.group_ids, own, t]);
  // Who never joined has no date of joining.
  const setMember = (is_member: boolean) => onChange(is_member ? { ...condition, is_member } : { ...condition, is_member, timeframe_filter: undefined });
  return (
    <>
      <Select
        w={120}
        aria-label={t("segments.membership")}
        allowDeselect={false}
        value={String(condition.is_member)}
        onChange={(value) => setMember(value === "true")}
        data={[
          { value: "true", label: t("segments.isIn") },
          { value: "false", label: t("segments.isNotIn") },
        ]}
      />
      <MultiSelect
        flex="1 1 220px"
        maw={480}
        aria-label={t("builder.groups")}
        placeholder={condition.group_ids.length ? undefined : t("builder.chooseGroups")}
        searchable
        nothingFoundMessage={t("builder.noGroup")}
        maxDropdownHeight={320}
        value={condition.group_ids}
        error={refused("group_ids")}
        onChange={(group_ids) => onChange({ ...condition, group_ids })}
        data={data}
      />
      {condition.is_member && (
        <>
          <span>{t("builder.joined")}</span>
          <Timeframe filter={condition.timeframe_filter} among={JOIN_FRAMES} at="timeframe_filter" none={t("builder.anyTime")} onChange={(timeframe_filter) => onChange({ ...condition, timeframe_filter })} />
        </>
      )}
    </>
  );
}
