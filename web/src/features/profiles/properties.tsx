import { ActionIcon, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Fragment, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap } from "@/lib/api";
import type { ProfileAttributes } from "@/lib/types";
import { say } from "@/ui/toast";
import { Value } from "@/ui/value";
import { changed, readValue, STANDARD, writeValue, type Draft } from "./property-values";
import classes from "./profile.module.css";

interface PropertiesProps {
  profileId: string;
  person: ProfileAttributes;
}

export function Properties({ profileId, person }: PropertiesProps) {
  const { t } = useTranslation();
  const [editing, edit] = useDisclosure();
  if (editing) return <Editor profileId={profileId} person={person} close={edit.close} />;
  const custom = Object.entries(person.properties ?? {});
  const location = Object.entries(person.location ?? {}).filter(([, value]) => value !== null && value !== "");
  return (
    <section aria-label={t("profiles.properties")} className="section">
      <Group justify="space-between" mb={4}>
        <Title order={2}>{t("profiles.properties")}</Title>
        <Button size="compact-sm" variant="default" onClick={edit.open}>
          {t("common.edit")}
        </Button>
      </Group>
      <dl className={classes.facts}>
        {STANDARD.filter((key) => person[key]).map((key) => (
          <Fragment key={key}>
            <dt>{t(`profiles.field_${key}`)}</dt>
            <dd>
              <Value value={person[key]} />
            </dd>
          </Fragment>
        ))}
        {[...location, ...custom].map(([key, value]) => (
          <Fragment key={key}>
            <dt>{key}</dt>
            <dd>
              <Value value={value} />
            </dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function Editor({ profileId, person, close }: PropertiesProps & { close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [standard, setStandard] = useState<Draft>(() => Object.fromEntries(STANDARD.map((key) => [key, person[key] ?? ""])));
  const [custom, setCustom] = useState<[string, string][]>(() =>
    Object.entries(person.properties ?? {}).map(([key, value]) => [key, writeValue(value)]),
  );
  const save = useMutation({
    mutationFn: () => api.patch(`/api/profiles/${profileId}`, patchOf(profileId, person, standard, custom)),
    onSuccess: () => {
      say(t("common.saved"));
      void queries.invalidateQueries({ queryKey: ["profiles", profileId] });
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const setRow = (at: number, row: [string, string]) => setCustom(custom.map((old, index) => (index === at ? row : old)));
  return (
    <form onSubmit={submit} className="section">
      <Stack gap="xs">
        <Title order={2}>{t("profiles.properties")}</Title>
        {STANDARD.map((key) => (
          <TextInput
            key={key}
            label={t(`profiles.field_${key}`)}
            value={standard[key] ?? ""}
            onChange={(event) => setStandard({ ...standard, [key]: event.currentTarget.value })}
          />
        ))}
        <Text c="dimmed" size="xs">
          {t("profiles.valuesHint")}
        </Text>
        {custom.map(([key, value], at) => (
          <Group key={at} gap={6} wrap="nowrap">
            <TextInput aria-label={t("profiles.propertyName")} value={key} onChange={(event) => setRow(at, [event.currentTarget.value, value])} flex={2} />
            <TextInput aria-label={key || t("profiles.propertyValue")} value={value} onChange={(event) => setRow(at, [key, event.currentTarget.value])} flex={3} />
            <ActionIcon variant="subtle" color="gray" aria-label={t("common.remove")} onClick={() => setCustom(custom.filter((_, index) => index !== at))}>
              <IconTrash size={15} />
            </ActionIcon>
          </Group>
        ))}
        <Group justify="space-between">
          <Button variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => setCustom([...custom, ["", ""]])}>
            {t("profiles.addProperty")}
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t("common.save")}
            </Button>
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

function patchOf(id: string, person: ProfileAttributes, standard: Draft, custom: [string, string][]): object {
  const attributes = changed(person, standard);
  const named = custom.filter(([key]) => key.trim());
  const kept = new Set(named.map(([key]) => key.trim()));
  const gone = Object.keys(person.properties ?? {}).filter((key) => !kept.has(key));
  const properties = Object.fromEntries(named.map(([key, value]) => [key.trim(), readValue(value)]));
  const meta = gone.length ? { meta: { patch_properties: { unset: gone } } } : {};
  const document = wrap("profile", { ...attributes, ...(named.length ? { properties } : {}) }, { id }) as { data: object };
  return { data: { ...document.data, ...meta } };
}
