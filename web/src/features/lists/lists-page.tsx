import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One, type Resource } from "@/lib/api";
import { refreshGroups, useLists } from "@/lib/collections";
import type { ListAttributes } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { ProfileCount } from "@/ui/profile-count";
import { optInWord } from "./opt-in";

type Row = Resource<ListAttributes>;

export function ListsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [creating, create] = useDisclosure();
  const lists = useLists();
  const columns = useMemo<Column<Row>[]>(
    () => [
      { id: "name", header: t("lists.name"), meta: { phone: true }, cell: ({ row }) => row.original.attributes.name },
      { id: "members", header: t("lists.members"), meta: { align: "right", width: 140, phone: true }, cell: ({ row }) => <ProfileCount kind="list" id={row.original.id} /> },
      { id: "optin", header: t("lists.optIn"), meta: { width: 160 }, cell: ({ row }) => t(optInWord(row.original.attributes.opt_in_process)) },
      { id: "created", header: t("lists.created"), meta: { align: "right", width: 160 }, cell: ({ row }) => <Moment at={row.original.attributes.created} as="date" /> },
    ],
    [t],
  );
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={create.open}>
      {t("lists.create")}
    </Button>
  );
  return (
    <Page fill title={t("nav.lists")} note={t("lists.intro")} actions={button}>
      {lists.isError ? (
        <ErrorNote error={lists.error} retry={() => void lists.refetch()} />
      ) : (
        <DataTable
          name="lists"
          label={t("nav.lists")}
          columns={columns}
          rows={lists.data ?? []}
          rowId={(row) => row.id}
          loading={lists.isPending}
          onOpen={(row) => void navigate({ to: "/lists/$id", params: { id: row.id } })}
          empty={
            <Empty title={t("lists.none")} action={button}>
              {t("lists.noneHint")}
            </Empty>
          }
        />
      )}
      <CreateList opened={creating} close={create.close} />
    </Page>
  );
}

function CreateList({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [optIn, setOptIn] = useState("single_opt_in");
  const create = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.post<One<ListAttributes>>("/api/lists", wrap("list", { name, opt_in_process: optIn })),
    onSuccess: (reply) => {
      refreshGroups(queries);
      void navigate({ to: "/lists/$id", params: { id: reply.data.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("lists.create")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            required
            label={t("lists.name")}
            value={name}
            error={create.error instanceof ApiError ? create.error.message : undefined}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label={t("lists.optIn")}
            description={t("lists.optInHint")}
            value={optIn}
            allowDeselect={false}
            onChange={(value) => value && setOptIn(value)}
            data={[
              { value: "single_opt_in", label: t("lists.single_opt_in") },
              { value: "double_opt_in", label: t("lists.double_opt_in") },
            ]}
          />
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending}>
              {t("lists.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
