import { ActionIcon, Alert, Button, Code, CopyButton, Group, Modal, MultiSelect, Stack, Switch, Table, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCopy, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many, type One, type Resource } from "@/lib/api";
import { useSession } from "@/lib/session";
import type { ApiKeyAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { Status } from "@/ui/status";
import { FULL, SCOPES } from "./scopes";

const KEYS = ["api-keys"];

export function ApiKeysPage() {
  const { t } = useTranslation();
  const session = useSession();
  const [creating, create] = useDisclosure();
  const [made, setMade] = useState<ApiKeyAttributes | null>(null);
  const keys = useQuery({ queryKey: KEYS, queryFn: () => api.get<Many<ApiKeyAttributes>>("/api/api-keys") });
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={create.open}>
      {t("keys.create")}
    </Button>
  );
  return (
    <Page title={t("nav.apiKeys")} note={t("keys.intro")} actions={button}>
      <Group mb="lg" gap="xs">
        <Text>{t("keys.public")}</Text>
        <Copyable text={session.company_id} />
        <Text c="dimmed">{t("keys.publicHint")}</Text>
      </Group>
      {made?.private_key && <NewKey made={made} secret={made.private_key} done={() => setMade(null)} />}
      {keys.isError && <ErrorNote error={keys.error} retry={() => void keys.refetch()} />}
      {keys.isPending && <Loading />}
      {keys.data?.data.length === 0 && (
        <Empty title={t("keys.none")} action={button}>
          {t("keys.noneHint")}
        </Empty>
      )}
      {Boolean(keys.data?.data.length) && <KeyTable rows={keys.data?.data ?? []} />}
      <CreateKey opened={creating} close={create.close} onMade={setMade} />
    </Page>
  );
}

function Copyable({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" size="compact-sm" onClick={copy} leftSection={<IconCopy size={13} />}>
          <span className="mono">{copied ? t("common.copied") : text}</span>
        </Button>
      )}
    </CopyButton>
  );
}

function NewKey({ made, secret, done }: { made: ApiKeyAttributes; secret: string; done: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="accent" variant="light" title={t("keys.made", { name: made.name })} withCloseButton onClose={done} mb="lg" closeButtonLabel={t("common.close")}>
      <Text size="sm" mb="xs">
        {t("keys.once")}
      </Text>
      <Group gap="xs">
        <Code style={{ fontSize: 13 }} data-testid="private-key">
          {secret}
        </Code>
        <Copyable text={secret} />
      </Group>
    </Alert>
  );
}

function KeyTable({ rows }: { rows: Resource<ApiKeyAttributes>[] }) {
  const { t } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={680}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th pl={0}>{t("keys.name")}</Table.Th>
            <Table.Th>{t("keys.key")}</Table.Th>
            <Table.Th>{t("keys.scopes")}</Table.Th>
            <Table.Th>{t("keys.lastUsed")}</Table.Th>
            <Table.Th>{t("keys.created")}</Table.Th>
            <Table.Th>{t("keys.status")}</Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <KeyRow key={row.id} row={row} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function KeyRow({ row }: { row: Resource<ApiKeyAttributes> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure();
  const { name, redacted_key, scopes, last_used, created, status } = row.attributes;
  const active = status !== "disabled";
  const refresh = { onSuccess: () => void queries.invalidateQueries({ queryKey: KEYS }) };
  const toggle = useMutation({
    mutationFn: () => api.patch(`/api/api-keys/${row.id}`, wrap("api-key", { status: active ? "disabled" : "active" }, { id: row.id })),
    ...refresh,
  });
  const remove = useMutation({ mutationFn: () => api.delete(`/api/api-keys/${row.id}`), ...refresh });
  const all = scopes.includes(FULL);
  return (
    <Table.Tr>
      <Table.Td pl={0}>{name}</Table.Td>
      <Table.Td className="mono">{redacted_key}</Table.Td>
      <Table.Td title={scopes.join(", ")}>{all ? t("keys.allScopes") : t("keys.someScopes", { count: scopes.length })}</Table.Td>
      <Table.Td>
        {last_used ? <Moment at={last_used} as="ago" /> : <span className="quiet">{t("keys.never")}</span>}
      </Table.Td>
      <Table.Td>
        <Moment at={created} as="date" />
      </Table.Td>
      <Table.Td>
        <Status tone={active ? "good" : "idle"}>{active ? t("keys.active") : t("keys.disabled")}</Status>
      </Table.Td>
      <Table.Td className="figure">
        <Group gap={4} justify="flex-end" wrap="nowrap">
          <Button size="compact-xs" variant="default" loading={toggle.isPending} onClick={() => toggle.mutate()}>
            {active ? t("keys.disable") : t("keys.enable")}
          </Button>
          <ActionIcon variant="subtle" color="gray" aria-label={t("common.delete")} onClick={ask.open}>
            <IconTrash size={15} />
          </ActionIcon>
        </Group>
        <Modal opened={asking} onClose={ask.close} title={t("keys.deleteTitle", { name })}>
          <Text mb="md" ta="left" style={{ whiteSpace: "normal" }}>
            {t("keys.deleteText")}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={ask.close}>
              {t("common.cancel")}
            </Button>
            <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
              {t("common.delete")}
            </Button>
          </Group>
        </Modal>
      </Table.Td>
    </Table.Tr>
  );
}

interface CreateKeyProps {
  opened: boolean;
  close: () => void;
  onMade: (key: ApiKeyAttributes) => void;
}

function CreateKey({ opened, close, onMade }: CreateKeyProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [full, setFull] = useState(true);
  const [scopes, setScopes] = useState<string[]>(["profiles:read", "events:write"]);
  const create = useMutation({
    mutationFn: () => api.post<One<ApiKeyAttributes>>("/api/api-keys", wrap("api-key", { name: name.trim(), scopes: full ? [FULL] : scopes })),
    onSuccess: (reply) => {
      onMade(reply.data.attributes);
      setName("");
      close();
      void queries.invalidateQueries({ queryKey: KEYS });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("keys.create")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput data-autofocus required withAsterisk={false} label={t("keys.name")} description={t("keys.nameHint")} value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <Switch label={t("keys.full")} checked={full} onChange={(event) => setFull(event.currentTarget.checked)} />
          {!full && <MultiSelect label={t("keys.scopes")} searchable value={scopes} onChange={setScopes} data={SCOPES} />}
          <Group justify="flex-end">
            <Button type="submit" disabled={!name.trim() || (!full && !scopes.length)} loading={create.isPending}>
              {t("keys.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
