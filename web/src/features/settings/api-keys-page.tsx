import { ActionIcon, Button, Group, Menu, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDotsVertical, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many, type Resource } from "@/lib/api";
import { useFormats, useSession } from "@/lib/session";
import type { ApiKeyAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { Status, type Tone } from "@/ui/status";
import { Ask } from "./ask";
import { KeyForm } from "./key-form";
import { RotateKey } from "./rotate-key";
import { FULL, READ_ONLY } from "./scopes";
import { Copyable, SecretNote } from "./secret-note";

const KEYS = ["api-keys"];
type Made = { title: string; secret: string };

export function ApiKeysPage() {
  const { t } = useTranslation();
  const session = useSession();
  const [creating, create] = useDisclosure();
  const [made, setMade] = useState<Made | null>(null);
  const keys = useQuery({ queryKey: KEYS, queryFn: () => api.get<Many<ApiKeyAttributes>>("/api/api-keys"), refetchInterval: 30_000 });
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={create.open}>
      {t("keys.create")}
    </Button>
  );
  const note = (key: ApiKeyAttributes, title: string) => key.private_key && setMade({ title, secret: key.private_key });
  return (
    <Page title={t("nav.apiKeys")} note={t("keys.intro")} actions={button}>
      <Group mb="lg" gap="xs">
        <Text>{t("keys.public")}</Text>
        <Copyable text={session.company_id} />
        <Text c="dimmed">{t("keys.publicHint")}</Text>
      </Group>
      {made && <SecretNote title={made.title} hint={t("keys.once")} secret={made.secret} testId="private-key" done={() => setMade(null)} />}
      {keys.isError && <ErrorNote error={keys.error} retry={() => void keys.refetch()} />}
      {keys.isPending && <Loading />}
      {keys.data?.data.length === 0 && (
        <Empty title={t("keys.none")} action={button}>
          {t("keys.noneHint")}
        </Empty>
      )}
      {Boolean(keys.data?.data.length) && <KeyTable rows={keys.data?.data ?? []} onRotated={(key) => note(key, t("keys.rotated", { name: key.name }))} />}
      <KeyForm opened={creating} close={create.close} onMade={(key) => note(key, t("keys.made", { name: key.name }))} />
    </Page>
  );
}

function KeyTable({ rows, onRotated }: { rows: Resource<ApiKeyAttributes>[]; onRotated: (key: ApiKeyAttributes) => void }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th pl={0}>{t("keys.name")}</Table.Th>
            <Table.Th>{t("keys.key")}</Table.Th>
            <Table.Th>{t("keys.scopes")}</Table.Th>
            <Table.Th>{t("keys.networks")}</Table.Th>
            <Table.Th>{t("keys.lastUsed")}</Table.Th>
            <Table.Th>{t("keys.created")}</Table.Th>
            <Table.Th>{t("keys.status")}</Table.Th>
            <Table.Th w={44} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <KeyRow key={row.id} row={row} onRotated={onRotated} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function rights(scopes: string[], t: TFunction): string {
  if (scopes.includes(FULL)) return t("keys.allScopes");
  if (scopes.includes(READ_ONLY)) return t("keys.readOnly");
  return t("keys.someScopes", { count: scopes.length });
}

function KeyRow({ row, onRotated }: { row: Resource<ApiKeyAttributes>; onRotated: (key: ApiKeyAttributes) => void }) {
  const { t } = useTranslation();
  const { name, redacted_key, scopes, last_used, created, allowed_networks } = row.attributes;
  return (
    <Table.Tr>
      <Table.Td pl={0}>{name}</Table.Td>
      <Table.Td className="mono">{redacted_key}</Table.Td>
      <Table.Td title={scopes.join(", ")}>{rights(scopes, t)}</Table.Td>
      <Table.Td title={allowed_networks.join(", ")}>{allowed_networks.length ? t("keys.someNetworks", { count: allowed_networks.length }) : <span className="quiet">{t("keys.anywhere")}</span>}</Table.Td>
      <Table.Td>{last_used ? <Moment at={last_used} as="ago" /> : <span className="quiet">{t("keys.never")}</span>}</Table.Td>
      <Table.Td>
        <Moment at={created} as="date" />
      </Table.Td>
      <Table.Td>
        <KeyStatus row={row} />
      </Table.Td>
      <Table.Td>
        <KeyActions row={row} onRotated={onRotated} />
      </Table.Td>
    </Table.Tr>
  );
}

function KeyStatus({ row }: { row: Resource<ApiKeyAttributes> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { status, expires_at } = row.attributes;
  const tones: Record<string, Tone> = { active: expires_at ? "warn" : "good", disabled: "idle", expired: "idle" };
  const word = status === "active" ? (expires_at ? t("keys.ends", { when: formats.moment(expires_at) }) : t("keys.active")) : t(`keys.${status}`);
  return <Status tone={tones[status] ?? "idle"}>{word}</Status>;
}

function KeyActions({ row, onRotated }: { row: Resource<ApiKeyAttributes>; onRotated: (key: ApiKeyAttributes) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure();
  const [editing, edit] = useDisclosure();
  const [rotating, rotate] = useDisclosure();
  const { name, status, replaced_by } = row.attributes;
  const refresh = { onSuccess: () => void queries.invalidateQueries({ queryKey: KEYS }) };
  const toggle = useMutation({
    mutationFn: () => api.patch(`/api/api-keys/${row.id}`, wrap("api-key", { status: status === "disabled" ? "active" : "disabled" }, { id: row.id })),
    ...refresh,
  });
  const remove = useMutation({ mutationFn: () => api.delete(`/api/api-keys/${row.id}`), ...refresh });
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("keys.actions", { name })}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {status === "active" && !replaced_by && <Menu.Item onClick={rotate.open}>{t("keys.rotate")}</Menu.Item>}
          <Menu.Item onClick={edit.open}>{t("keys.edit")}</Menu.Item>
          {status !== "expired" && <Menu.Item onClick={() => toggle.mutate()}>{status === "active" ? t("keys.disable") : t("keys.enable")}</Menu.Item>}
          <Menu.Item color="red" onClick={ask.open}>
            {t("common.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Ask opened={asking} close={ask.close} title={t("keys.deleteTitle", { name })} text={t("keys.deleteText")} yes={t("common.delete")} busy={remove.isPending} onYes={() => remove.mutate()} />
      <KeyForm opened={editing} close={edit.close} row={row} />
      <RotateKey opened={rotating} close={rotate.close} row={row} onMade={onRotated} />
    </>
  );
}
