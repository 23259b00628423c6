/** "can receive email, because they subscribed, by a form": consent of every channel, WhatsApp's permissions among them. */
import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Channel, ConsentCondition, ConsentFilter, PermissionCondition } from "@/lib/definition";
import { consentFields, consentMethods, PERMISSION_FIELDS, PERMISSION_METHODS, subscriptions } from "../methods";
import { ConsentFilters } from "./consent-filters";
import { Inside, useRefused } from "./problems";

type Either = ConsentCondition | PermissionCondition;
interface ConsentEditorProps<C extends Either> {
  condition: C;
  onChange: (condition: Either) => void;
}

const CHANNELS = ["email", "sms", "push", "whatsapp_marketing", "whatsapp_transactional"] as const;
type AnyChannel = (typeof CHANNELS)[number];

/** The condition that says the same of another channel, as far as it can be said there. */
export function consentOf(channel: AnyChannel, can: boolean, subscription: string): Either {
  if (channel === "whatsapp_marketing" || channel === "whatsapp_transactional") {
    return { type: "profile-permissions", channel, permission: { reachable_status: can ? "explicitly_reachable" : "implicitly_or_explicitly_unreachable" } };
  }
  const possible = subscriptions(channel, can);
  const wanted = possible.includes(subscription) ? subscription : (possible[0] ?? "any");
  return { type: "profile-marketing-consent", consent: { channel, can_receive_marketing: can, consent_status: { subscription: wanted } } };
}

function CanAndChannel({ can, channel, subscription, onChange }: { can: boolean; channel: AnyChannel; subscription: string; onChange: (condition: Either) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Select
        w={140}
        aria-label={t("builder.reach")}
        allowDeselect={false}
        value={String(can)}
        onChange={(value) => value && onChange(consentOf(channel, value === "true", value === "true" ? "subscribed" : "any"))}
        data={[
          { value: "true", label: t("builder.can") },
          { value: "false", label: t("builder.cannot") },
        ]}
      />
      <Select
        w={channel.startsWith("whatsapp") ? 210 : 100}
        aria-label={t("builder.channel")}
        allowDeselect={false}
        value={channel}
        onChange={(value) => value && onChange(consentOf(value as AnyChannel, can, subscription))}
        data={CHANNELS.map((value) => ({ value, label: t(`sentence.channel_${value}`) }))}
      />
    </>
  );
}

export function ConsentEditor({ condition, onChange }: ConsentEditorProps<ConsentCondition>) {
  const { t } = useTranslation();
  const refused = useRefused();
  const { channel, can_receive_marketing: can, consent_status: status } = condition.consent;
  const choices = subscriptions(channel, can);
  const known = choices.includes(status.subscription) ? choices : [...choices, status.subscription];
  return (
    <>
      <CanAndChannel can={can} channel={channel} subscription={status.subscription} onChange={onChange} />
      <Select
        w={205}
        aria-label={t("segments.subscription")}
        allowDeselect={false}
        value={status.subscription}
        error={refused("consent/consent_status/subscription")}
        onChange={(value) => value && onChange(consentOf(channel, can, value))}
        data={known.map((value) => ({ value, label: t(`builder.subscription_${value}` as "builder.subscription_any") }))}
      />
    </>
  );
}

export function ConsentDetails({ condition, onChange }: ConsentEditorProps<ConsentCondition>) {
  const { channel, can_receive_marketing: can, consent_status: status } = condition.consent;
  const set = (filters: ConsentFilter[] | undefined) => onChange({ ...condition, consent: { ...condition.consent, consent_status: { ...status, filters } } });
  return (
    <Inside at="consent/consent_status">
      <ConsentFilters
        filters={status.filters ?? []}
        fields={consentFields(channel as Channel, can, status.subscription)}
        methods={consentMethods(channel as Channel, can)}
        onChange={set}
      />
    </Inside>
  );
}

const SAID = { any: "implicitly_or_explicitly", yes: "explicitly", no: "implicitly" } as const;

export function PermissionEditor({ condition, onChange }: ConsentEditorProps<PermissionCondition>) {
  const { t } = useTranslation();
  const status = condition.permission.reachable_status;
  const can = status.endsWith("_reachable");
  const said = status.replace(/_(un)?reachable$/, "");
  return (
    <>
      <CanAndChannel can={can} channel={condition.channel as AnyChannel} subscription="any" onChange={onChange} />
      <Select
        w={205}
        aria-label={t("segments.subscription")}
        allowDeselect={false}
        value={said}
        onChange={(value) => value && onChange({ ...condition, permission: { reachable_status: `${value}_${can ? "" : "un"}reachable` } })}
        data={[
          { value: SAID.yes, label: t(can ? "builder.saidYes" : "builder.saidNo") },
          { value: SAID.no, label: t("builder.saidNothing") },
          { value: SAID.any, label: t("builder.subscription_any") },
        ]}
      />
    </>
  );
}

export function PermissionDetails({ condition, onChange }: ConsentEditorProps<PermissionCondition>) {
  const { permission } = condition;
  const fields = permission.reachable_status.startsWith("explicitly") ? PERMISSION_FIELDS : [];
  return (
    <Inside at="permission">
      <ConsentFilters filters={permission.filters ?? []} fields={fields} methods={PERMISSION_METHODS} onChange={(filters) => onChange({ ...condition, permission: { ...permission, filters } })} />
    </Inside>
  );
}
