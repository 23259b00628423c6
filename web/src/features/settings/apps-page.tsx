import { ActionIcon, Button, Menu, Table, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDotsVertical, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many, type One, type Resource } from "@/lib/api";
import type { OauthApp, OauthGrant } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { AppForm } from "./app-form";
import { Ask } from "./ask";
import { Copyable, SecretNote } from "./secret-note";
import { readable } from "./scopes";

const APPS = ["oauth-apps"];
const GRANTS = ["oauth-grants"];

export function AppsPage() {
  const { t } = useTranslation();
  const [creating, create] = useDisclosure();
  const [made, setMade] = useState<OauthApp | null>(null);
  return (
    <Page
      title={t("nav.apps")}
      note={t("apps.intro")}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={create.open}>
          {t("apps.register")}
        </Button>
      }
    >
      {made?.client_secret && <SecretNote title={t("apps.made", { name: made.name })} hint={t("apps.once")} secret={made.client_secret} testId="client-secret" done={() => setMade(null)} />}
      <Grants />
      <OwnApps onMade={setMade} />
      <AppForm opened={creating} close={create.close} onMade={setMade} />
    </Page>
  );
}

function Grants() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: GRANTS, queryFn: () => api.get<Many<OauthGrant>>("/api/oauth-grants"), refetchInterval: 30_000 });
  return (
    <section>
      <Title order={2} mb="xs">
        {t("apps.authorised")}
      </Title>
      {found.isError && <ErrorNote error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data?.data.length === 0 && <Empty title={t("apps.authorisedNone")}>{t("apps.authorisedNoneHint")}</Empty>}
      {Boolean(found.data?.data.length) && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th pl={0}>{t("apps.app")}</Table.Th>
                <Table.Th>{t("apps.may")}</Table.Th>
                <Table.Th>{t("apps.allowedBy")}</Table.Th>
                <Table.Th>{t("apps.since")}</Table.Th>
                <Table.Th>{t("apps.lastUsed")}</Table.Th>
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.data?.data.map((row) => (
                <GrantRow key={row.id} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

function GrantRow({ row }: { row: Resource<OauthGrant> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure();
  const { app_name, publisher, scopes, user, created, last_used } = row.attributes;
  const { read, write } = readable(scopes);
  const revoke = useMutation({ mutationFn: () => api.delete(`/api/oauth-grants/${row.id}`), onSuccess: () => void queries.invalidateQueries({ queryKey: GRANTS }) });
  return (
    <Table.Tr>
      <Table.Td pl={0}>
        {app_name} <span className="quiet">{t("apps.by", { publisher })}</span>
      </Table.Td>
      <Table.Td title={scopes.join(", ")}>
        {write.length > 0 && <div>{t("oauth.write", { nouns: write.join(", ") })}</div>}
        {read.length > 0 && <div>{t("oauth.read", { nouns: read.join(", ") })}</div>}
      </Table.Td>
      <Table.Td>{user || "–"}</Table.Td>
      <Table.Td>
        <Moment at={created} as="date" />
      </Table.Td>
      <Table.Td>
        <Moment at={last_used} as="ago" />
      </Table.Td>
      <Table.Td className="figure">
        <Button size="compact-xs" variant="default" onClick={ask.open}>
          {t("apps.revoke")}
        </Button>
        <Ask opened={asking} close={ask.close} title={t("apps.revokeTitle", { name: app_name })} text={t("apps.revokeText")} yes={t("apps.revoke")} busy={revoke.isPending} onYes={() => revoke.mutate()} />
      </Table.Td>
    </Table.Tr>
  );
}

function OwnApps({ onMade }: { onMade: (app: OauthApp) => void }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: APPS, queryFn: () => api.get<Many<OauthApp>>("/api/oauth-apps") });
  return (
    <section className="section">
      <Title order={2} mb="xs">
        {t("apps.own")}
      </Title>
      {found.isError && <ErrorNote error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data?.data.length === 0 && <Empty title={t("apps.ownNone")}>{t("apps.ownNoneHint")}</Empty>}
      {Boolean(found.data?.data.length) && (
        <Table.ScrollContainer minWidth={720}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th pl={0}>{t("apps.name")}</Table.Th>
                <Table.Th>{t("apps.clientId")}</Table.Th>
                <Table.Th>{t("apps.secret")}</Table.Th>
                <Table.Th>{t("apps.redirects")}</Table.Th>
                <Table.Th>{t("apps.created")}</Table.Th>
                <Table.Th w={44} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.data?.data.map((row) => (
                <AppRow key={row.id} row={row} onMade={onMade} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

function AppRow({ row, onMade }: { row: Resource<OauthApp>; onMade: (app: OauthApp) => void }) {
  const { name, redacted_secret, redirect_uris, created } = row.attributes;
  return (
    <Table.Tr>
      <Table.Td pl={0}>{name}</Table.Td>
      <Table.Td>
        <Copyable text={row.id} />
      </Table.Td>
      <Table.Td className="mono">{redacted_secret}</Table.Td>
      <Table.Td className="mono">
        {redirect_uris.map((uri) => (
          <div key={uri}>{uri}</div>
        ))}
      </Table.Td>
      <Table.Td>
        <Moment at={created} as="date" />
      </Table.Td>
      <Table.Td>
        <AppActions row={row} onMade={onMade} />
      </Table.Td>
    </Table.Tr>
  );
}

function AppActions({ row, onMade }: { row: Resource<OauthApp>; onMade: (app: OauthApp) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [editing, edit] = useDisclosure();
  const [renewing, renew] = useDisclosure();
  const [asking, ask] = useDisclosure();
  const { name } = row.attributes;
  const refresh = () => void queries.invalidateQueries({ queryKey: APPS });
  const fresh = useMutation({
    mutationFn: () => api.post<One<OauthApp>>("/api/oauth-app-secrets", wrap("oauth-app-secret", { app_id: row.id })),
    onSuccess: (reply) => {
      onMade(reply.data.attributes);
      renew.close();
      refresh();
    },
  });
  const remove = useMutation({ mutationFn: () => api.delete(`/api/oauth-apps/${row.id}`), onSuccess: refresh });
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t("apps.actions", { name })}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={edit.open}>{t("keys.edit")}</Menu.Item>
          <Menu.Item onClick={renew.open}>{t("apps.renew")}</Menu.Item>
          <Menu.Item color="red" onClick={ask.open}>
            {t("common.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <AppForm opened={editing} close={edit.close} row={row} onMade={onMade} />
      <Ask opened={renewing} close={renew.close} title={t("apps.renewTitle", { name })} text={t("apps.renewText")} yes={t("apps.renew")} danger={false} busy={fresh.isPending} onYes={() => fresh.mutate()} />
      <Ask opened={asking} close={ask.close} title={t("apps.deleteTitle", { name })} text={t("apps.deleteText")} yes={t("common.delete")} busy={remove.isPending} onYes={() => remove.mutate()} />
    </>
  );
}
