import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconEraser, IconSettings, IconTrash, IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { findProfileByEmail, refreshGroups } from "@/lib/collections";
import type { ListAttributes } from "@/lib/types";
import { EditableName } from "@/ui/editable-name";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { ProfileCount } from "@/ui/profile-count";
import { SearchBox } from "@/ui/search-box";
import { say } from "@/ui/toast";
import { Cleanup } from "./cleanup";
import { ListSettings } from "./list-settings";
import { ListMembers } from "./members";
import { optInWord } from "./opt-in";

export function ListPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const queries = useQueryClient();
  const [email, setEmail] = useState("");
  const [adding, add] = useDisclosure();
  const list = useQuery({ queryKey: ["lists", id], queryFn: () => api.get<One<ListAttributes>>(`/api/lists/${id}`) });
  const rename = useMutation({
    mutationFn: (name: string) => api.patch(`/api/lists/${id}`, wrap("list", { name }, { id })),
    onSuccess: () => refreshGroups(queries),
  });
  const changeMembers = useMembership(id);
  const { mutate } = changeMembers;
  const remove = useCallback((profile: string) => mutate({ profile, add: false }), [mutate]);
  const back = { to: "/lists", label: t("nav.lists") };
  if (list.isError) {
    return (
      <Page title={t("nav.lists")} back={back}>
        <ErrorNote error={list.error} retry={() => void list.refetch()} />
      </Page>
    );
  }
  if (!list.data) return <Loading />;
  const { name, opt_in_process } = list.data.data.attributes;
  const addButton = (
    <Button leftSection={<IconUserPlus size={16} />} onClick={add.open}>
      {t("lists.addMember")}
    </Button>
  );
  return (
    <Page
      fill
      title={name}
      back={back}
      heading={<EditableName value={name} onSave={(next) => rename.mutate(next)} />}
      note={
        <>
          <ProfileCount kind="list" id={id} refetchInterval={10_000} /> {t("lists.membersNote")} · {t(optInWord(opt_in_process))} · <span className="mono">{id}</span>
        </>
      }
      actions={
        <>
          {addButton}
          <ListMenu id={id} list={list.data.data.attributes} />
        </>
      }
    >
      <Group mb="xs">
        <SearchBox label={t("members.search")} value={email} onChange={setEmail} />
      </Group>
      <ListMembers
        id={id}
        email={email}
        remove={remove}
        empty={
          <Empty title={t("lists.noMembers")} action={addButton}>
            {t("lists.noMembersHint")}
          </Empty>
        }
      />
      <AddMember opened={adding} close={add.close} add={(profile) => mutate({ profile, add: true })} />
    </Page>
  );
}

function useMembership(listId: string) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ profile, add }: { profile: string; add: boolean }) => {
      const path = `/api/lists/${listId}/relationships/profiles`;
      const body = { data: [{ type: "profile", id: profile }] };
      return add ? api.post(path, body) : api.delete(path, body);
    },
    onSuccess: (_reply, { add }) => {
      say(t(add ? "lists.added" : "lists.removed"));
      void queries.invalidateQueries({ queryKey: ["lists", listId] });
    },
  });
}

function AddMember({ opened, close, add }: { opened: boolean; close: () => void; add: (profile: string) => void }) {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const find = useMutation({
    mutationFn: async () => {
      const known = await findProfileByEmail(email.trim());
      if (known) return known;
      const made = await api.post<One<unknown>>("/api/profiles", wrap("profile", { email: email.trim() }));
      return made.data.id;
    },
    onSuccess: (profile) => {
      add(profile);
      setEmail("");
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    find.mutate();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("lists.addMember")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput data-autofocus required type="email" label={t("profiles.email")} value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <Text c="dimmed" size="sm">
            {t("lists.addHint")}
          </Text>
          <Group justify="flex-end">
            <Button type="submit" loading={find.isPending}>
              {t("lists.addMember")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function ListMenu({ id, list }: { id: string; list: ListAttributes }) {
  const { name } = list;
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure();
  const [setting, settings] = useDisclosure();
  const [cleaning, clean] = useDisclosure();
  const remove = useMutation({
    mutationFn: () => api.delete(`/api/lists/${id}`),
    onSuccess: async () => {
      await navigate({ to: "/lists" });
      refreshGroups(queries);
    },
  });
  return (
    <>
      <Menu shadow="md" position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={32} aria-label={t("common.moreActions")}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconSettings size={15} />} onClick={settings.open}>
            {t("listPage.settings")}
          </Menu.Item>
          <Menu.Item leftSection={<IconEraser size={15} />} onClick={clean.open}>
            {t("cleanup.menu")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={ask.open}>
            {t("common.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ListSettings id={id} list={list} opened={setting} close={settings.close} />
      <Cleanup id={id} opened={cleaning} close={clean.close} />
      <Modal opened={asking} onClose={ask.close} title={t("lists.deleteTitle", { name })}>
        <Text mb="md">
          <ProfileCount kind="list" id={id} /> {t("lists.deleteText")}
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
    </>
  );
}
