/** What subscribers see of a list: its sign-up page, its place among the preferences, and whether they are asked first. */
import { ActionIcon, Anchor, Button, Checkbox, CopyButton, Group, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";
import type { ListAttributes, ListPageAttributes } from "@/lib/types";
import { ErrorNote, Loading } from "@/ui/page";
import { say } from "@/ui/toast";

interface ListSettingsProps {
  id: string;
  list: ListAttributes;
  opened: boolean;
  close: () => void;
}

export function ListSettings({ id, list, opened, close }: ListSettingsProps) {
  const { t } = useTranslation();
  const page = useQuery({ queryKey: ["lists", id, "page"], queryFn: () => api.get<One<ListPageAttributes>>(`/api/list-pages/${id}`), enabled: opened });
  return (
    <Modal opened={opened} onClose={close} title={t("listPage.settings")}>
      {page.isError && <ErrorNote error={page.error} retry={() => void page.refetch()} />}
      {page.isPending && <Loading />}
      {page.data && <SettingsForm key={page.dataUpdatedAt} id={id} list={list} start={page.data.data.attributes} close={close} />}
    </Modal>
  );
}

function SettingsForm({ id, list, start, close }: { id: string; list: ListAttributes; start: ListPageAttributes; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [draft, setDraft] = useState(start);
  const [optIn, setOptIn] = useState<string>(list.opt_in_process);
  const change = (part: Partial<ListPageAttributes>) => setDraft((before) => ({ ...before, ...part }));
  const save = useMutation({
    mutationFn: async () => {
      const { public_name, description, is_open, in_preferences } = draft;
      if (optIn !== list.opt_in_process) await api.patch(`/api/lists/${id}`, wrap("list", { opt_in_process: optIn }, { id }));
      await api.patch(`/api/list-pages/${id}`, wrap("list-page", { public_name, description, is_open, in_preferences }, { id }));
    },
    onSuccess: () => {
      refreshGroups(queries);
      void queries.invalidateQueries({ queryKey: ["lists", id] });
      say(t("account.saved"));
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Address url={start.subscribe_url} open={start.is_open} />
        {start.waiting > 0 && <Text size="sm">{t("listPage.waiting", { count: start.waiting })}</Text>}
        <Select
          label={t("lists.optIn")}
          description={t("lists.optInHint")}
          allowDeselect={false}
          value={optIn}
          onChange={(value) => value && setOptIn(value)}
          data={[
            { value: "single_opt_in", label: t("lists.single_opt_in") },
            { value: "double_opt_in", label: t("lists.double_opt_in") },
          ]}
        />
        <TextInput label={t("listPage.publicName")} description={t("listPage.publicNameHint", { name: list.name })} maxLength={1000} value={draft.public_name} onChange={(event) => change({ public_name: event.currentTarget.value })} />
        <Textarea label={t("listPage.description")} autosize minRows={2} maxLength={1000} value={draft.description} onChange={(event) => change({ description: event.currentTarget.value })} />
        <Checkbox label={t("listPage.isOpen")} checked={draft.is_open} onChange={(event) => change({ is_open: event.currentTarget.checked })} />
        <Checkbox label={t("listPage.inPreferences")} description={t("listPage.inPreferencesHint")} checked={draft.in_preferences} onChange={(event) => change({ in_preferences: event.currentTarget.checked })} />
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {t("common.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Address({ url, open }: { url: string; open: boolean }) {
  const { t } = useTranslation();
  return (
    <div>
      <Text size="sm" fw={500}>
        {t("listPage.title")}
      </Text>
      <Group gap={4} wrap="nowrap">
        {open ? (
          <Anchor href={url} target="_blank" size="sm" className="clip">
            {url}
          </Anchor>
        ) : (
          <Text size="sm" c="dimmed" className="clip">
            {url}
          </Text>
        )}
        <CopyButton value={url}>
          {({ copied, copy }) => (
            <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={copied ? t("common.copied") : t("common.copy")}>
              {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            </ActionIcon>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
