import { Alert, Anchor, Button, Group, Menu, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { IconBan, IconChevronDown, IconDownload, IconGitMerge, IconList, IconTrash, IconUserOff } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many } from "@/lib/api";
import { useLists } from "@/lib/collections";
import { both, equals } from "@/lib/filter";
import type { ProfileAttributes } from "@/lib/types";
import { ErrorNote } from "@/ui/page";
import { ProfilePicker } from "@/ui/profile-picker";
import { say } from "@/ui/toast";
import { personDocument, type Duplicate } from "./resources";

interface ActionsProps {
  profileId: string;
  label: string;
  person: ProfileAttributes;
}

type Asked = "merge" | "list" | "delete" | null;
const SETTLE = 1_200;

/** What can be done to a person as a whole. */
export function Actions({ profileId, label, person }: ActionsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asked, ask] = useState<Asked>(null);
  const suppress = useMutation({
    mutationFn: (lift: boolean) => {
      const type = lift ? "profile-suppression-bulk-delete-job" : "profile-suppression-bulk-create-job";
      return api.post(`/api/${type}s`, wrap(type, { profiles: { data: [{ type: "profile", attributes: { email: person.email } }] } }));
    },
    onSuccess: () => {
      say(t("person.suppressed"));
      // The change is on the log; the worker applies it within a second.
      setTimeout(() => void queries.invalidateQueries({ queryKey: ["profiles", profileId] }), SETTLE);
    },
  });
  const save = useMutation({
    mutationFn: () => api.post("/api/data-privacy-export-jobs", wrap("data-privacy-export-job", personDocument("id", profileId))),
    onSuccess: () => {
      say(t("privacy.exportStarted"));
      void navigate({ to: "/profiles/privacy" });
    },
  });
  const isSuppressed = person.subscriptions?.email?.marketing?.suppression?.some((row) => row.reason === "USER_SUPPRESSED");
  return (
    <>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            {t("person.actions")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconList size={15} />} onClick={() => ask("list")}>
            {t("person.addToList")}
          </Menu.Item>
          <Menu.Item leftSection={<IconGitMerge size={15} />} onClick={() => ask("merge")}>
            {t("person.merge")}
          </Menu.Item>
          {person.email && (
            <Menu.Item leftSection={isSuppressed ? <IconUserOff size={15} /> : <IconBan size={15} />} onClick={() => suppress.mutate(Boolean(isSuppressed))}>
              {t(isSuppressed ? "person.unsuppress" : "person.suppress")}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => save.mutate()}>
            {t("person.export")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={() => ask("delete")}>
            {t("person.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <MergeDialog opened={asked === "merge"} close={() => ask(null)} profileId={profileId} />
      <ListDialog opened={asked === "list"} close={() => ask(null)} profileId={profileId} />
      <DeleteDialog opened={asked === "delete"} close={() => ask(null)} profileId={profileId} label={label} />
    </>
  );
}

interface DialogProps {
  opened: boolean;
  close: () => void;
  profileId: string;
}

function MergeDialog({ opened, close, profileId }: DialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [other, choose] = useState<string | undefined>();
  const merge = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const relationships = { profiles: { data: [{ type: "profile", id: other }] } };
      return api.post("/api/profile-merge", { data: { type: "profile-merge", id: profileId, relationships } });
    },
    onSuccess: () => {
      say(t("person.merged"));
      void queries.invalidateQueries();
      close();
    },
  });
  return (
    <Modal opened={opened} onClose={close} title={t("person.mergeTitle")}>
      <Stack>
        <Text size="sm">{t("person.mergeText")}</Text>
        <ProfilePicker value={other} onChange={choose} label={t("person.mergePick")} placeholder={t("person.mergePick")} />
        {merge.isError && <ErrorNote error={merge.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button color="red" disabled={!other || other === profileId} loading={merge.isPending} onClick={() => merge.mutate()}>
            {t("person.mergeDo")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function ListDialog({ opened, close, profileId }: DialogProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const lists = useLists();
  const [list, choose] = useState<string | null>(null);
  const add = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.post(`/api/lists/${list ?? ""}/relationships/profiles`, { data: [{ type: "profile", id: profileId }] }),
    onSuccess: () => {
      say(t("person.added"));
      void queries.invalidateQueries({ queryKey: ["profiles", profileId] });
      close();
    },
  });
  return (
    <Modal opened={opened} onClose={close} title={t("person.addToList")}>
      <Stack>
        <Select
          searchable
          label={t("profiles.list")}
          value={list}
          onChange={choose}
          data={(lists.data ?? []).map((row) => ({ value: row.id, label: row.attributes.name ?? row.id }))}
        />
        {add.isError && <ErrorNote error={add.error} />}
        <Group justify="flex-end">
          <Button disabled={!list} loading={add.isPending} onClick={() => add.mutate()}>
            {t("person.addToList")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function DeleteDialog({ opened, close, profileId, label }: DialogProps & { label: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [typed, type] = useState("");
  const forget = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.post("/api/data-privacy-deletion-jobs", wrap("data-privacy-deletion-job", personDocument("id", profileId))),
    onSuccess: () => {
      say(t("person.deleted"));
      queries.removeQueries({ queryKey: ["profiles", profileId] });
      void navigate({ to: "/profiles/privacy" });
    },
  });
  return (
    <Modal opened={opened} onClose={close} title={t("person.deleteTitle", { who: label })}>
      <Stack>
        <Text size="sm">{t("person.deleteText")}</Text>
        <TextInput label={t("person.deleteConfirm")} value={typed} onChange={(event) => type(event.currentTarget.value)} />
        {forget.isError && <ErrorNote error={forget.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button color="red" disabled={typed !== "DELETE"} loading={forget.isPending} onClick={() => forget.mutate()}>
            {t("person.deleteDo")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Says so when this person may have another profile. */
export function DuplicateHint({ profileId }: { profileId: string }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["profiles", profileId, "duplicates"],
    queryFn: () => api.get<Many<Duplicate>>("/api/profile-duplicates", { filter: both(equals("profile_id", profileId), equals("status", "open")) }),
  });
  const count = found.data?.data.length ?? 0;
  if (!count) return null;
  return (
    <Alert color="yellow" variant="light" mb="md" role="status">
      {t("person.duplicate", { count })}{" "}
      <Anchor component={Link} to="/profiles/duplicates">
        {t("person.seeDuplicates")}
      </Anchor>
    </Alert>
  );
}
