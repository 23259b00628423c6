/** One property: what it holds, how it is shown, where it is used, and its end. */
import { Anchor, Button, Drawer, Group, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One, type Resource } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { PropertyAttributes, PropertyJob } from "@/lib/types";
import { ErrorNote, Loading } from "@/ui/page";
import { say } from "@/ui/toast";
import { JOBS, KEY, type TypeName } from "./words";

type Row = Resource<PropertyAttributes>;

export function PropertyDrawer({ id, close }: { id: string | undefined; close: () => void }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: [...KEY, id],
    enabled: id !== undefined,
    queryFn: () => api.get<One<PropertyAttributes>>(`/api/profile-properties/${id}`, { "additional-fields[profile-property]": "sample_values,used_in" }),
  });
  const row = found.data?.data;
  return (
    <Drawer opened={id !== undefined} onClose={close} position="right" size="md" title={row?.attributes.label ?? ""} closeButtonProps={{ "aria-label": t("common.close") }}>
      {found.isError && <ErrorNote error={found.error} />}
      {found.isLoading && <Loading />}
      {row && (
        <Stack gap="lg" key={row.id}>
          <Facts row={row} />
          <Shown row={row} />
          <Uses row={row} />
          <Rename row={row} close={close} />
          <Remove row={row} close={close} />
        </Stack>
      )}
    </Drawer>
  );
}

function Facts({ row }: { row: Row }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const one = row.attributes;
  return (
    <section>
      <Text size="sm">
        <span className="mono">{one.property}</span> · {formats.percent(one.coverage)} ({formats.number(one.seen)})
      </Text>
      <Text size="sm" c="dimmed">
        {t("properties.types")}:{" "}
        {Object.entries(one.types)
          .map(([kind, count]) => `${t(`properties.type_${kind as TypeName}`)} ${formats.number(count)}`)
          .join(", ")}
      </Text>
      <Text size="sm" c="dimmed" style={{ overflowWrap: "anywhere" }}>
        {t("properties.samples")}: {(one.sample_values ?? []).map(String).join(" · ") || "–"}
      </Text>
    </section>
  );
}

function Shown({ row }: { row: Row }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [label, setLabel] = useState(row.attributes.label);
  const save = useMutation({
    mutationFn: (change: { label?: string; is_hidden?: boolean }) => api.patch(`/api/profile-properties/${row.id}`, wrap("profile-property", change, { id: row.id })),
    onSuccess: () => {
      say(t("common.saved"));
      void queries.invalidateQueries({ queryKey: KEY });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ label });
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput flex={1} maxLength={255} label={t("properties.label")} description={t("properties.labelHint", { name: row.attributes.property })} value={label} onChange={(event) => setLabel(event.currentTarget.value)} />
        <Button type="submit" variant="default" loading={save.isPending} disabled={label === row.attributes.label}>
          {t("common.save")}
        </Button>
      </Group>
      <Switch mt="sm" label={t("properties.hide")} checked={row.attributes.is_hidden} onChange={(event) => save.mutate({ is_hidden: event.currentTarget.checked })} />
    </form>
  );
}

const PAGES = { segment: "/segments/$id", campaign: "/campaigns/$id" } as const;

function Uses({ row }: { row: Row }) {
  const { t } = useTranslation();
  const uses = row.attributes.used_in ?? [];
  return (
    <section>
      <Title order={2}>{t("properties.usedIn")}</Title>
      {uses.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("properties.notUsed")}
        </Text>
      )}
      {uses.map((use) => {
        const to = PAGES[use.type as keyof typeof PAGES];
        return (
          <Text size="sm" key={`${use.type} ${use.id}`}>
            <span className="quiet">{t(`properties.use_${use.type as "segment" | "template" | "campaign"}`)}</span>{" "}
            {to ? (
              <Anchor component={Link} to={to.replace("$id", use.id)} inherit>
                {use.name}
              </Anchor>
            ) : (
              use.name
            )}
          </Text>
        );
      })}
    </section>
  );
}

function useJob(close: () => void) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (job: { action: string; property: string; new_name?: string }) => api.post<One<PropertyJob>>("/api/profile-property-jobs", wrap("profile-property-job", job)),
    onSuccess: () => {
      say(t("properties.started"));
      void queries.invalidateQueries({ queryKey: JOBS });
      close();
    },
  });
}

function Rename({ row, close }: { row: Row; close: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [name, setName] = useState("");
  const job = useJob(close);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    job.mutate({ action: "rename", property: row.attributes.property, new_name: name.trim() });
  };
  return (
    <form onSubmit={submit}>
      <Title order={2}>{t("properties.rename")}</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("properties.renameHint", { count: row.attributes.seen, formatted: formats.number(row.attributes.seen) })}
      </Text>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <TextInput flex={1} maxLength={255} aria-label={t("properties.newName")} placeholder={t("properties.newName")} value={name} error={job.error?.message} onChange={(event) => setName(event.currentTarget.value)} />
        <Button type="submit" variant="default" loading={job.isPending} disabled={!name.trim() || name.trim() === row.attributes.property}>
          {t("common.save")}
        </Button>
      </Group>
    </form>
  );
}

function Remove({ row, close }: { row: Row; close: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [typed, setTyped] = useState("");
  const job = useJob(close);
  const { property, seen, used_in } = row.attributes;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    job.mutate({ action: "delete", property });
  };
  return (
    <form onSubmit={submit}>
      <Title order={2}>{t("properties.delete")}</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {t("properties.deleteHint", { count: seen, formatted: formats.number(seen) })} {used_in?.length ? t("properties.stillUsed", { count: used_in.length }) : ""}
      </Text>
      <Group gap="xs" align="flex-start" wrap="nowrap">
        <TextInput flex={1} aria-label={t("properties.deleteConfirm", { name: property })} placeholder={t("properties.deleteConfirm", { name: property })} value={typed} error={job.error?.message} onChange={(event) => setTyped(event.currentTarget.value)} />
        <Button type="submit" color="red" loading={job.isPending} disabled={typed !== property}>
          {t("common.delete")}
        </Button>
      </Group>
    </form>
  );
}
