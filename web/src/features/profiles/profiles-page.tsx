import { Button, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDownload, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One, type Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { csv, download } from "@/lib/csv";
import { contains } from "@/lib/filter";
import { fullName } from "@/lib/format";
import type { ProfileAttributes } from "@/lib/types";
import { ColumnChoice, DataTable, type Column } from "@/ui/data-table";
import { AsOf, Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { SearchBox } from "@/ui/search-box";
import { EmailConsent } from "./consent-status";

type Row = Resource<ProfileAttributes>;

const HIDDEN = { phone: false, external: false, updated: false, country: false };
const PAGE_SIZE = 100;

function useColumns(): Column<Row>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "email",
        header: t("profiles.email"),
        meta: { sort: "email", phone: true, width: "30%" },
        cell: ({ row }) => row.original.attributes.email ?? row.original.attributes.phone_number ?? row.original.id,
      },
      { id: "name", header: t("profiles.name"), meta: { label: t("profiles.name") }, cell: ({ row }) => fullName(row.original.attributes) || "–" },
      {
        id: "consent",
        header: t("profiles.emailConsent"),
        meta: { label: t("profiles.emailConsent"), width: 170, phone: true },
        cell: ({ row }) => <EmailConsent profile={row.original.attributes} />,
      },
      { id: "city", header: t("profiles.city"), meta: { label: t("profiles.city") }, cell: ({ row }) => row.original.attributes.location?.city ?? "–" },
      { id: "country", header: t("profiles.country"), meta: { label: t("profiles.country") }, cell: ({ row }) => row.original.attributes.location?.country ?? "–" },
      { id: "phone", header: t("profiles.phone"), meta: { label: t("profiles.phone") }, cell: ({ row }) => row.original.attributes.phone_number ?? "–" },
      { id: "external", header: t("profiles.externalId"), meta: { label: t("profiles.externalId") }, cell: ({ row }) => row.original.attributes.external_id ?? "–" },
      {
        id: "seen",
        header: t("profiles.lastActive"),
        meta: { label: t("profiles.lastActive"), width: 140, align: "right" },
        cell: ({ row }) => <Moment at={row.original.attributes.last_event_date} as="ago" />,
      },
      {
        id: "created",
        header: t("profiles.created"),
        meta: { label: t("profiles.created"), sort: "created", width: 140, align: "right" },
        cell: ({ row }) => <Moment at={row.original.attributes.created} as="date" />,
      },
      {
        id: "updated",
        header: t("profiles.updated"),
        meta: { label: t("profiles.updated"), sort: "updated", width: 140, align: "right" },
        cell: ({ row }) => <Moment at={row.original.attributes.updated} as="ago" />,
      },
    ],
    [t],
  );
}

export function ProfilesPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const [adding, add] = useDisclosure();
  const columns = useColumns();
  const sort = search.sort ?? "-created";
  const found = useRows<ProfileAttributes>(["profiles"], "/api/profiles", {
    sort,
    filter: search.search ? contains("search", search.search) : undefined,
    "additional-fields[profile]": "subscriptions",
    "page[size]": PAGE_SIZE,
  });
  const set = (change: { search?: string; sort?: string }) =>
    void navigate({ to: "/profiles", replace: true, search: { search: search.search, sort: search.sort, consent: undefined, ...change } });
  return (
    <Page
      fill
      title={t("nav.profiles")}
      actions={
        <Group gap="xs">
          <Button variant="subtle" color="gray" component={Link} to="/profiles/duplicates">
            {t("duplicates.title")}
          </Button>
          <Button variant="subtle" color="gray" component={Link} to="/profiles/privacy">
            {t("privacy.title")}
          </Button>
          <Button leftSection={<IconPlus size={16} />} onClick={add.open}>
            {t("profiles.add")}
          </Button>
        </Group>
      }
    >
      <Group mb="xs" justify="space-between">
        <Group gap="xs" flex={1}>
          <SearchBox label={t("profiles.search")} value={search.search ?? ""} onChange={(text) => set({ search: text || undefined })} />
          <AsOf at={found.asOf || undefined} />
        </Group>
        <Group gap="xs">
          <SortSelect value={sort} onChange={(next) => set({ sort: next })} />
          <Button variant="default" leftSection={<IconDownload size={15} />} disabled={!found.rows.length} onClick={() => saveRows(found.rows)}>
            {t("profiles.csv", { count: found.rows.length })}
          </Button>
          <ColumnChoice name="profiles" columns={columns} hidden={HIDDEN} />
        </Group>
      </Group>
      {found.error ? (
        <ErrorNote error={found.error} retry={found.retry} />
      ) : (
        <DataTable
          name="profiles"
          label={t("nav.profiles")}
          columns={columns}
          hidden={HIDDEN}
          rows={found.rows}
          rowId={(row) => row.id}
          sort={sort}
          onSort={(next) => set({ sort: next })}
          onOpen={(row) => void navigate({ to: "/profiles/$id", params: { id: row.id } })}
          onEnd={found.more}
          loading={found.loading}
          loadingMore={found.loadingMore}
          empty={
            search.search ? (
              <Empty title={t("profiles.noneFound")}>{t("profiles.noneFoundHint")}</Empty>
            ) : (
              <Empty title={t("profiles.none")} action={<Button onClick={add.open}>{t("profiles.add")}</Button>}>
                {t("profiles.noneHint")}
              </Empty>
            )
          }
        />
      )}
      <AddProfile opened={adding} close={add.close} />
    </Page>
  );
}

function SortSelect({ value, onChange }: { value: string; onChange: (sort: string) => void }) {
  const { t } = useTranslation();
  return (
    <Select
      aria-label={t("common.sort")}
      w={170}
      value={value}
      allowDeselect={false}
      onChange={(next) => next && onChange(next)}
      data={[
        { value: "-created", label: t("profiles.sortNewest") },
        { value: "created", label: t("profiles.sortOldest") },
        { value: "-updated", label: t("profiles.sortUpdated") },
        { value: "email", label: t("profiles.sortEmail") },
      ]}
    />
  );
}

function saveRows(rows: Row[]) {
  const header = ["id", "email", "phone_number", "external_id", "first_name", "last_name", "city", "country", "created", "last_event_date"];
  const lines = rows.map(({ id, attributes: a }) => [
    id,
    a.email,
    a.phone_number,
    a.external_id,
    a.first_name,
    a.last_name,
    a.location?.city,
    a.location?.country,
    a.created,
    a.last_event_date,
  ]);
  download("profiles.csv", csv(header, lines));
}

function AddProfile({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [draft, setDraft] = useState({ email: "", first_name: "", last_name: "" });
  const create = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const given = Object.fromEntries(Object.entries(draft).filter(([, value]) => value.trim()));
      return api.post<One<ProfileAttributes>>("/api/profiles", wrap("profile", given));
    },
    onSuccess: (reply) => {
      void queries.invalidateQueries({ queryKey: ["profiles"] });
      void navigate({ to: "/profiles/$id", params: { id: reply.data.id } });
    },
  });
  const refused = create.error instanceof ApiError ? create.error : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("profiles.add")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            required
            type="email"
            label={t("profiles.email")}
            value={draft.email}
            error={refused?.at("email") ?? refused?.message}
            onChange={(event) => setDraft({ ...draft, email: event.currentTarget.value })}
          />
          <TextInput label={t("profiles.firstName")} value={draft.first_name} onChange={(event) => setDraft({ ...draft, first_name: event.currentTarget.value })} />
          <TextInput label={t("profiles.lastName")} value={draft.last_name} onChange={(event) => setDraft({ ...draft, last_name: event.currentTarget.value })} />
          <Group justify="flex-end">
            <Button type="submit" loading={create.isPending}>
              {t("profiles.add")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
