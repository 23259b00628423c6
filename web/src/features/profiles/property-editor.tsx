import { Button, Drawer, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError } from "@/lib/api";
import type { ProfileAttributes } from "@/lib/types";
import { ErrorNote } from "@/ui/page";
import { say } from "@/ui/toast";
import classes from "./profile.module.css";
import { PropertyFields } from "./property-fields";
import { patchOf, PLACES, problemsOf, rowsOf, STANDARD, textOf, type Draft, type PropertyRow } from "./property-values";

interface EditorProps {
  profileId: string;
  person: ProfileAttributes;
  close: () => void;
}

/** Everything that is known of a person by name, in a drawer beside their timeline. */
export function PropertyEditor({ opened, ...props }: EditorProps & { opened: boolean }) {
  const { t } = useTranslation();
  return (
    <Drawer opened={opened} onClose={props.close} position="right" size={600} title={t("profiles.editTitle")} closeButtonProps={{ "aria-label": t("common.close") }}>
      {/* The drawer forgets what was typed when it is closed, and starts from what is true when it opens. */}
      {opened && <Editor {...props} />}
    </Drawer>
  );
}

function draftOf(keys: readonly string[], from: Record<string, unknown>): Draft {
  return Object.fromEntries(keys.map((key) => [key, textOf(from[key])]));
}

function Editor({ profileId, person: latest, close }: EditorProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  // The page asks for the person again and again; changes are measured against what the editor began with.
  const [person] = useState(latest);
  const [before] = useState(() => rowsOf(person.properties));
  const [rows, setRows] = useState(before);
  const [standard, setStandard] = useState(() => draftOf(STANDARD, person));
  const [places, setPlaces] = useState(() => draftOf(PLACES, person.location ?? {}));
  const [tried, setTried] = useState(false);
  const problems = problemsOf(rows);
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: async (document: object) => api.patch(`/api/profiles/${profileId}`, document),
    onSuccess: () => {
      say(t("common.saved"));
      void queries.invalidateQueries({ queryKey: ["profiles"] });
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (problems.size) return;
    const document = patchOf(profileId, person, { standard, places, before, after: rows });
    if (document) save.mutate(document);
    else close();
  };
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const wrong = (path: string) => refused?.at(`attributes/${path}`);
  const isPlaced = [...STANDARD.map((key) => wrong(key)), ...PLACES.map((key) => wrong(`location/${key}`))].some(Boolean);
  const add = () => setRows([...rows, { key: Math.max(-1, ...rows.map((row) => row.key)) + 1, name: "", type: "text", text: "" }]);
  const change = (next: PropertyRow) => setRows(rows.map((row) => (row.key === next.key ? next : row)));
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <div className={classes.fields}>
          {STANDARD.map((key) => (
            <TextInput key={key} label={t(`profiles.field_${key}`)} error={wrong(key)} value={standard[key] ?? ""} onChange={(event) => { save.reset(); setStandard({ ...standard, [key]: event.currentTarget.value }); }} />
          ))}
        </div>
        <section aria-label={t("profiles.location")}>
          <Title order={3} mb="xs">
            {t("profiles.location")}
          </Title>
          <div className={classes.fields}>
            {PLACES.map((key) => (
              <TextInput key={key} label={t(`profiles.place_${key}`)} error={wrong(`location/${key}`)} value={places[key] ?? ""} onChange={(event) => { save.reset(); setPlaces({ ...places, [key]: event.currentTarget.value }); }} />
            ))}
          </div>
        </section>
        <section aria-label={t("profiles.custom")}>
          <Title order={3} mb="xs">
            {t("profiles.custom")}
          </Title>
          <Stack gap="xs">
            {!rows.length && <Text c="dimmed">{t("profiles.noCustom")}</Text>}
            {rows.map((row) => (
              <PropertyFields key={row.key} row={row} problem={tried ? problems.get(row.key) : undefined} change={change} remove={() => setRows(rows.filter((other) => other.key !== row.key))} />
            ))}
            <Button variant="default" w="fit-content" leftSection={<IconPlus size={14} />} onClick={add}>
              {t("profiles.addProperty")}
            </Button>
          </Stack>
        </section>
        {save.isError && !isPlaced && <ErrorNote error={save.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t("common.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
