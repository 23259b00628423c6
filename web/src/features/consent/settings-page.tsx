/** How people are asked for consent, and how the pages look that they see without signing in. */
import { Alert, Button, ColorInput, Group, Select, Stack, Textarea, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One } from "@/lib/api";
import { useSession } from "@/lib/session";
import type { ConsentSettings } from "@/lib/types";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { say } from "@/ui/toast";

const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français", es: "Español", it: "Italiano", nl: "Nederlands", pt: "Português" };

export function ConsentSettingsPage() {
  const { t } = useTranslation();
  const id = useSession().account_id;
  const settings = useQuery({ queryKey: ["consent", "settings"], queryFn: () => api.get<One<ConsentSettings>>(`/api/consent-settings/${id}`), staleTime: Infinity });
  return (
    <Page title={t("consentSettings.title")} note={t("consentSettings.intro")} back={{ to: "/consent", label: t("consent.title") }}>
      {settings.isError && <ErrorNote error={settings.error} retry={() => void settings.refetch()} />}
      {settings.isPending && <Loading />}
      {settings.data && <SettingsForm id={id} start={settings.data.data.attributes} />}
    </Page>
  );
}

function SettingsForm({ id, start }: { id: string; start: ConsentSettings }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [kept, setKept] = useState(start);
  const [draft, setDraft] = useState(start);
  const change = (part: Partial<ConsentSettings>) => setDraft((before) => ({ ...before, ...part }));
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.patch<One<ConsentSettings>>(`/api/consent-settings/${id}`, wrap("consent-setting", draft, { id })),
    onSuccess: (reply) => {
      setKept(reply.data.attributes);
      setDraft(reply.data.attributes);
      queries.setQueryData(["consent", "settings"], reply);
      say(t("account.saved"));
    },
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const problem = (name: string) => refused?.at(`attributes/${name}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const text = (name: "brand_name" | "logo_url" | "privacy_url", label: string, hint?: string) => (
    <TextInput label={label} description={hint} value={draft[name]} error={problem(name)} onChange={(event) => change({ [name]: event.currentTarget.value })} />
  );
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={560}>
        {save.isError && !refused?.problems.some((one) => one.source?.pointer) && (
          <Alert color="red" role="alert">
            {save.error.message}
          </Alert>
        )}
        <Title order={2}>{t("consentSettings.asking")}</Title>
        <Select
          label={t("consentSettings.defaultOptIn")}
          description={t("lists.optInHint")}
          allowDeselect={false}
          value={draft.default_opt_in}
          onChange={(value) => value && change({ default_opt_in: value })}
          data={[
            { value: "single_opt_in", label: t("lists.single_opt_in") },
            { value: "double_opt_in", label: t("lists.double_opt_in") },
          ]}
        />
        <Select
          label={t("consentSettings.unsubscribeFrom")}
          description={t("consentSettings.unsubscribeHint")}
          allowDeselect={false}
          value={draft.unsubscribe_from}
          onChange={(value) => value && change({ unsubscribe_from: value })}
          data={[
            { value: "all", label: t("consentSettings.unsubscribe_all") },
            { value: "list", label: t("consentSettings.unsubscribe_list") },
          ]}
        />
        <Textarea label={t("consentSettings.text")} description={t("consentSettings.textHint")} autosize minRows={2} value={draft.sign_up_text} error={problem("sign_up_text")} onChange={(event) => change({ sign_up_text: event.currentTarget.value })} />
        <Title order={2} mt="md">
          {t("consentSettings.look")}
        </Title>
        {text("brand_name", t("consentSettings.brandName"), t("consentSettings.brandNameHint"))}
        <ColorInput label={t("consentSettings.brandColor")} format="hex" placeholder="#1f5fd6" value={draft.brand_color} error={problem("brand_color")} onChange={(value) => change({ brand_color: value })} />
        {text("logo_url", t("consentSettings.logo"))}
        {text("privacy_url", t("consentSettings.privacy"))}
        <Select
          label={t("consentSettings.language")}
          description={t("consentSettings.languageHint")}
          allowDeselect={false}
          value={draft.language}
          onChange={(value) => change({ language: value ?? "" })}
          data={[{ value: "", label: t("consentSettings.languageAccount") }, ...Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))]}
        />
        <Group>
          <Button type="submit" disabled={JSON.stringify(draft) === JSON.stringify(kept)} loading={save.isPending}>
            {t("common.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
