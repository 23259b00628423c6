import { Button, Checkbox, Group, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One } from "@/lib/api";
import type { ImportJobAttributes } from "@/lib/types";
import { ErrorNote, Page } from "@/ui/page";

const KINDS = ["tags", "lists", "metrics", "templates", "images", "profiles", "members", "segments", "events", "campaigns"] as const;

export function MovePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const [host, setHost] = useState("");
  const [what, setWhat] = useState<string[]>([...KINDS]);
  const start = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.post<One<ImportJobAttributes>>("/api/klaviyo-moves", wrap("klaviyo-move", { api_key: key, host, what: KINDS.filter((kind) => what.includes(kind)) })),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ["imports"] });
      await navigate({ to: "/imports/$id", params: { id: made.data.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  const refused = start.error instanceof ApiError ? start.error : undefined;
  return (
    <Page title={t("moves.title")} note={t("moves.intro")} back={{ to: "/imports", label: t("imports.title") }}>
      <form onSubmit={submit} style={{ maxWidth: 560 }}>
        <Stack>
          <PasswordInput required label={t("moves.key")} description={t("moves.keyHint")} autoComplete="off" value={key} onChange={(event) => setKey(event.currentTarget.value)} error={refused?.at("attributes/api_key")} />
          <TextInput label={t("moves.host")} description={t("moves.hostHint")} placeholder="https://a.klaviyo.com" value={host} onChange={(event) => setHost(event.currentTarget.value)} error={refused?.at("attributes/host")} />
          <Checkbox.Group label={t("moves.what")} value={what} onChange={setWhat}>
            <Group mt={6} gap="md">
              {KINDS.map((kind) => (
                <Checkbox key={kind} value={kind} label={t(`moves.names.${kind}`)} />
              ))}
            </Group>
          </Checkbox.Group>
          {start.isError && <ErrorNote error={start.error} />}
          <Group>
            <Button type="submit" loading={start.isPending} disabled={!key.trim() || what.length === 0}>
              {t("moves.start")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
