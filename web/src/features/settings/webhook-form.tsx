/** Making a webhook, or changing one: what is secret is typed anew or stays as it is. */
import { Button, Group, Modal, MultiSelect, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type Many, type One } from "@/lib/api";
import type { WebhookAttributes } from "@/lib/types";
import { newSecret, topicsOf, type Webhook } from "./webhooks";

interface WebhookFormProps {
  opened: boolean;
  close: () => void;
  row?: Webhook;
}

export function WebhookForm({ opened, close, row }: WebhookFormProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={row ? t("webhooks.edit") : t("webhooks.create")} size="lg">
      <Fields row={row} close={close} />
    </Modal>
  );
}

function Fields({ row, close }: { row?: Webhook; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [name, setName] = useState(row?.attributes.name ?? "");
  const [description, setDescription] = useState(row?.attributes.description ?? "");
  const [url, setUrl] = useState("");
  const [secret, setSecret] = useState(row ? "" : newSecret());
  const [topics, setTopics] = useState<string[]>(row ? topicsOf(row) : []);
  const known = useQuery({ queryKey: ["webhook-topics"], queryFn: () => api.get<Many<unknown>>("/api/webhook-topics"), staleTime: 60_000 });
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const attributes = { name: name.trim(), description: description.trim() || null, ...(url.trim() && { endpoint_url: url.trim() }), ...(secret && { secret_key: secret }) };
      const relationships = { "webhook-topics": { data: topics.map((id) => ({ type: "webhook-topic", id })) } };
      return row
        ? api.patch<One<WebhookAttributes>>(`/api/webhooks/${row.id}`, wrap("webhook", attributes, { id: row.id, relationships }))
        : api.post<One<WebhookAttributes>>("/api/webhooks", wrap("webhook", attributes, { relationships }));
    },
    onSuccess: (reply) => {
      void queries.invalidateQueries({ queryKey: ["webhooks"] });
      close();
      if (!row) void navigate({ to: "/settings/webhooks/$id", params: { id: reply.data.id } });
    },
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const problem = (path: string) => refused?.at(path);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const ready = name.trim() && topics.length && (row || (url.trim() && secret));
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput data-autofocus required withAsterisk={false} label={t("webhooks.name")} value={name} error={problem("attributes/name")} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput
          label={t("webhooks.url")}
          placeholder="https://"
          description={row ? t("webhooks.urlKept", { url: row.attributes.endpoint_url }) : t("webhooks.urlHint")}
          value={url}
          error={problem("attributes/endpoint_url")}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
        <Group align="flex-end" wrap="nowrap" gap="xs">
          <TextInput
            flex={1}
            className="mono"
            label={t("webhooks.secret")}
            description={row ? t("webhooks.secretKept") : t("webhooks.secretHint")}
            value={secret}
            error={problem("attributes/secret_key")}
            onChange={(event) => setSecret(event.currentTarget.value)}
          />
          <Button variant="default" onClick={() => setSecret(newSecret())}>
            {t("webhooks.generate")}
          </Button>
        </Group>
        <MultiSelect
          label={t("webhooks.topics")}
          description={t("webhooks.topicsHint")}
          searchable
          clearable
          hidePickedOptions
          limit={100}
          value={topics}
          error={problem("webhook-topics")}
          onChange={setTopics}
          data={[...new Set([...(known.data?.data.map((one) => one.id) ?? []), ...topics])]}
        />
        <Textarea autosize label={t("webhooks.description")} value={description} onChange={(event) => setDescription(event.currentTarget.value)} />
        {save.isError && !refused?.problems.some((one) => one.source?.pointer) && (
          <Text c="red" size="sm" role="alert">
            {save.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={!ready} loading={save.isPending}>
            {row ? t("common.save") : t("webhooks.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
