/** Making a key, or changing where it works from and until when. */
import { Button, Group, Modal, SegmentedControl, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One, type Resource } from "@/lib/api";
import type { ApiKeyAttributes } from "@/lib/types";
import { ScopePicker } from "./scope-picker";
import { FULL, READ_ONLY } from "./scopes";

type Access = "full" | "readOnly" | "custom";
const SCOPES_OF: Record<Access, (chosen: string[]) => string[]> = { full: () => [FULL], readOnly: () => [READ_ONLY], custom: (chosen) => chosen };

interface KeyFormProps {
  opened: boolean;
  close: () => void;
  row?: Resource<ApiKeyAttributes>;
  onMade?: (key: ApiKeyAttributes) => void;
}

export function KeyForm({ opened, close, row, onMade }: KeyFormProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={row ? row.attributes.name : t("keys.create")} size="lg">
      <Fields row={row} close={close} onMade={onMade} />
    </Modal>
  );
}

/** Midnight of a day in the browser's zone, as an instant. */
const instant = (day: string): string | null => (day ? new Date(`${day}T23:59:59`).toISOString() : null);
const lines = (text: string): string[] => text.split(/[\s,]+/).filter(Boolean);

function Fields({ row, close, onMade }: Omit<KeyFormProps, "opened">) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const before = row?.attributes;
  const [name, setName] = useState(before?.name ?? "");
  const [access, setAccess] = useState<Access>("full");
  const [scopes, setScopes] = useState<string[]>(["events:read", "events:write", "profiles:read", "profiles:write"]);
  const [expires, setExpires] = useState(before?.expires_at?.slice(0, 10) ?? "");
  const [networks, setNetworks] = useState(before?.allowed_networks.join("\n") ?? "");
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const shared = { name: name.trim(), expires_at: instant(expires), allowed_networks: lines(networks) };
      if (row) return api.patch<One<ApiKeyAttributes>>(`/api/api-keys/${row.id}`, wrap("api-key", shared, { id: row.id }));
      return api.post<One<ApiKeyAttributes>>("/api/api-keys", wrap("api-key", { ...shared, scopes: SCOPES_OF[access](scopes) }));
    },
    onSuccess: (reply) => {
      if (!row) onMade?.(reply.data.attributes);
      close();
      void queries.invalidateQueries({ queryKey: ["api-keys"] });
    },
  });
  const problem = (field: string) => (save.error instanceof ApiError ? save.error.at(`attributes/${field}`) : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput data-autofocus required withAsterisk={false} label={t("keys.name")} description={t("keys.nameHint")} value={name} error={problem("name")} onChange={(event) => setName(event.currentTarget.value)} />
        {!row && (
          <div>
            <Text size="sm" fw={500} mb={4} id="access">
              {t("keys.access")}
            </Text>
            <SegmentedControl aria-labelledby="access" value={access} onChange={(value) => setAccess(value as Access)} data={(["full", "readOnly", "custom"] as const).map((value) => ({ value, label: t(`keys.${value}`) }))} />
          </div>
        )}
        {!row && access === "custom" && <ScopePicker scopes={scopes} onChange={setScopes} />}
        <Group grow align="flex-start">
          <TextInput type="date" label={t("keys.expires")} description={t("keys.expiresHint")} value={expires} error={problem("expires_at")} onChange={(event) => setExpires(event.currentTarget.value)} />
        </Group>
        <Textarea autosize minRows={2} label={t("keys.networks")} description={t("keys.networksHint")} value={networks} error={problem("allowed_networks")} onChange={(event) => setNetworks(event.currentTarget.value)} />
        {save.isError && !(save.error instanceof ApiError && save.error.problems.some((one) => one.source?.pointer)) && (
          <Text c="red" size="sm" role="alert">
            {save.error.message}
          </Text>
        )}
        <Group justify="flex-end">
          <Button type="submit" disabled={!name.trim() || (!row && access === "custom" && !scopes.length)} loading={save.isPending}>
            {row ? t("common.save") : t("keys.create")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
