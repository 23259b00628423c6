import { Alert, Button, Group, NumberInput, Select, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One } from "@/lib/api";
import { sessionQuery } from "@/lib/session";
import type { AccountSettings } from "@/lib/types";

const HOURS = 24;
const LONGEST_DAYS = 90;
const ZONES = Intl.supportedValuesOf("timeZone");
type Place = "address1" | "address2" | "city" | "region" | "zip" | "country";
const PLACES: Place[] = ["address1", "address2", "city", "region", "zip", "country"];

/** What the account sets for itself: saved when asked, because customers see the sender and the address. */
export function AccountForm({ id, start }: { id: string; start: AccountSettings }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [kept, setKept] = useState(start);
  const [draft, setDraft] = useState(start);
  const change = (part: Partial<AccountSettings>) => setDraft((before) => ({ ...before, ...part }));
  const dirty = JSON.stringify(draft) !== JSON.stringify(kept);
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const attributes: Partial<AccountSettings> = { ...draft };
      delete attributes.locale; // Shown, but not the account's to set.
      return api.patch<One<AccountSettings>>(`/api/account-settings/${id}`, wrap("account-setting", attributes, { id }));
    },
    onSuccess: (reply) => {
      setKept(reply.data.attributes);
      setDraft(reply.data.attributes);
      notifications.show({ message: t("account.saved") });
      void queries.invalidateQueries({ queryKey: ["account"] });
      void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const problem = (name: string) => refused?.at(`attributes/${name}`);
  const text = (name: "name" | "currency" | "website_url" | "sender_name" | "sender_email", label: string) => (
    <TextInput label={label} value={draft[name]} error={problem(name)} onChange={(event) => change({ [name]: event.currentTarget.value })} />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={560}>
        {save.isError && !refused?.problems.some((one) => one.source?.pointer) && (
          <Alert color="red" role="alert">
            {save.error.message}
          </Alert>
        )}
        {text("name", t("account.name"))}
        <Group grow align="flex-start">
          <Select label={t("account.timezone")} searchable allowDeselect={false} data={ZONES.includes(draft.timezone) ? ZONES : [draft.timezone, ...ZONES]} value={draft.timezone} error={problem("timezone")} onChange={(timezone) => timezone && change({ timezone })} />
          {text("currency", t("account.currency"))}
        </Group>
        <Group grow align="flex-start">
          {text("sender_name", t("account.senderName"))}
          {text("sender_email", t("account.senderEmail"))}
        </Group>
        {text("website_url", t("account.website"))}
        <Group grow align="flex-start">
          {PLACES.slice(0, 2).map((name) => (
            <PlaceInput key={name} name={name} draft={draft} change={change} />
          ))}
        </Group>
        <Group grow align="flex-start">
          {PLACES.slice(2).map((name) => (
            <PlaceInput key={name} name={name} draft={draft} change={change} />
          ))}
        </Group>
        <NumberInput
          label={t("account.attribution")}
          description={t("account.attributionHint")}
          min={1}
          max={LONGEST_DAYS}
          w={260}
          suffix={` ${t("account.days")}`}
          value={draft.email_attribution_hours / HOURS}
          error={problem("email_attribution_hours")}
          onChange={(days) => change({ email_attribution_hours: Math.round(Number(days) * HOURS) })}
        />
        <Group>
          <Button type="submit" disabled={!dirty} loading={save.isPending}>
            {t("common.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface PlaceInputProps {
  name: Place;
  draft: AccountSettings;
  change: (part: Partial<AccountSettings>) => void;
}

function PlaceInput({ name, draft, change }: PlaceInputProps) {
  const { t } = useTranslation();
  const address = draft.address as Partial<Record<Place, string>>;
  return <TextInput label={t(`account.${name}`)} value={address[name] ?? ""} onChange={(event) => change({ address: { ...address, [name]: event.currentTarget.value } })} />;
}
