/** Registering an app, or changing one. */
import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One, type Resource } from "@/lib/api";
import type { OauthApp } from "@/lib/types";
import { ScopePicker } from "./scope-picker";

interface AppFormProps {
  opened: boolean;
  close: () => void;
  row?: Resource<OauthApp>;
  onMade: (app: OauthApp) => void;
}

export function AppForm({ opened, close, row, onMade }: AppFormProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={row ? t("apps.edit") : t("apps.register")} size="lg">
      <Fields row={row} close={close} onMade={onMade} />
    </Modal>
  );
}

function Fields({ row, close, onMade }: Omit<AppFormProps, "opened">) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState(row?.attributes.name ?? "");
  const [website, setWebsite] = useState(row?.attributes.website_url ?? "");
  const [redirects, setRedirects] = useState(row?.attributes.redirect_uris.join("\n") ?? "");
  const [scopes, setScopes] = useState<string[]>(row?.attributes.scopes ?? ["accounts:read"]);
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const attributes = { name: name.trim(), website_url: website.trim(), redirect_uris: redirects.split(/\s+/).filter(Boolean), scopes };
      if (row) return api.patch<One<OauthApp>>(`/api/oauth-apps/${row.id}`, wrap("oauth-app", attributes, { id: row.id }));
      return api.post<One<OauthApp>>("/api/oauth-apps", wrap("oauth-app", attributes));
    },
    onSuccess: (reply) => {
      if (!row) onMade(reply.data.attributes);
      close();
      void queries.invalidateQueries({ queryKey: ["oauth-apps"] });
    },
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const problem = (field: string) => refused?.at(`attributes/${field}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput data-autofocus required withAsterisk={false} label={t("apps.name")} description={t("apps.nameHint")} value={name} error={problem("name")} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput label={t("apps.website")} placeholder="https://" value={website} error={problem("website_url")} onChange={(event) => setWebsite(event.currentTarget.value)} />
        <Textarea autosize minRows={2} label={t("apps.redirects")} description={t("apps.redirectsHint")} value={redirects} error={problem("redirect_uris")} onChange={(event) => setRedirects(event.currentTarget.value)} />
        <div>
          <Text size="sm" fw={500}>
            {t("apps.scopes")}
          </Text>
          <ScopePicker scopes={scopes} onChange={setScopes} />
        </div>
        {save.isError && !refused?.problems.some((one) => one.source?.pointer) && (
          <Text c="red" size="sm" role="alert">
            {save.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={!name.trim() || !redirects.trim() || !scopes.length} loading={save.isPending}>
            {row ? t("common.save") : t("apps.register")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
