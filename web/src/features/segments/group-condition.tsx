import { MultiSelect, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useLists } from "@/lib/collections";
import type { ConsentCondition, GroupCondition } from "@/lib/definition";

interface EditorProps<C> {
  condition: C;
  onChange: (condition: C) => void;
}

export function GroupEditor({ condition, onChange }: EditorProps<GroupCondition>) {
  const { t } = useTranslation();
  const lists = useLists();
  return (
    <>
      <Select
        w={130}
        aria-label={t("segments.membership")}
        allowDeselect={false}
        value={String(condition.is_member)}
        onChange={(value) => onChange({ ...condition, is_member: value === "true" })}
        data={[
          { value: "true", label: t("segments.isIn") },
          { value: "false", label: t("segments.isNotIn") },
        ]}
      />
      <MultiSelect
        miw={240}
        aria-label={t("nav.lists")}
        placeholder={condition.group_ids.length ? undefined : t("segments.chooseLists")}
        searchable
        value={condition.group_ids}
        onChange={(group_ids) => onChange({ ...condition, group_ids })}
        data={(lists.data ?? []).map((list) => ({ value: list.id, label: list.attributes.name }))}
      />
    </>
  );
}

const SUBSCRIPTIONS = {
  true: ["any", "subscribed", "never_subscribed"],
  false: ["any", "unsubscribed"],
} as const;

export function ConsentEditor({ condition, onChange }: EditorProps<ConsentCondition>) {
  const { t } = useTranslation();
  const { can_receive_marketing: can, consent_status: status } = condition.consent;
  const set = (can_receive_marketing: boolean, subscription: string) =>
    onChange({ ...condition, consent: { channel: "email", can_receive_marketing, consent_status: { subscription } } });
  return (
    <>
      <Select
        w={220}
        aria-label={t("segments.profile-marketing-consent")}
        allowDeselect={false}
        value={String(can)}
        onChange={(value) => set(value === "true", "any")}
        data={[
          { value: "true", label: t("segments.canReceive") },
          { value: "false", label: t("segments.cannotReceive") },
        ]}
      />
      <Select
        w={240}
        aria-label={t("segments.subscription")}
        allowDeselect={false}
        value={status.subscription}
        onChange={(value) => value && set(can, value)}
        data={SUBSCRIPTIONS[can ? "true" : "false"].map((value) => ({ value, label: t(`segments.subscription_${value}`) }))}
      />
    </>
  );
}
