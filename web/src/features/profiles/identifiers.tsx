import { ActionIcon, Button, Group, Text, TextInput, Title, Tooltip } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Many } from "@/lib/api";
import { equals } from "@/lib/filter";
import { Lines } from "@/ui/lines";
import { ErrorNote } from "@/ui/page";
import classes from "./profile.module.css";
import type { Identifier } from "./resources";

/** Everything that leads to this person, addresses of merged profiles included. */
export function Identifiers({ profileId }: { profileId: string }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [adding, setAdding] = useState<string | null>(null);
  const found = useQuery({
    queryKey: ["profiles", profileId, "identifiers"],
    queryFn: () => api.get<Many<Identifier>>("/api/profile-identifiers", { filter: equals("profile_id", profileId) }),
  });
  const change = useMutation({
    meta: { quiet: true },
    mutationFn: (verbs: object) => {
      const document = wrap("profile", {}, { id: profileId }) as { data: object };
      return api.patch(`/api/profiles/${profileId}`, { data: { ...document.data, meta: { patch_identifiers: verbs } } });
    },
    onSuccess: () => {
      setAdding(null);
      void queries.invalidateQueries({ queryKey: ["profiles", profileId] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (adding?.trim()) change.mutate({ append: { email: [adding.trim()] } });
  };
  return (
    <section aria-label={t("person.identifiers")} className="section">
      <Group justify="space-between" mb={4}>
        <Tooltip label={t("person.identifiersHint")}>
          <Title order={2}>{t("person.identifiers")}</Title>
        </Tooltip>
        <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconPlus size={14} />} onClick={() => setAdding("")}>
          {t("person.addEmail")}
        </Button>
      </Group>
      {found.isPending && <Lines count={2} />}
      {found.isError && <ErrorNote error={found.error} />}
      {found.data?.data.map(({ id, attributes: row }) => (
        <div key={id} className={classes.line}>
          <Text className="clip" size="sm" miw={0}>
            {row.value}
          </Text>
          <Group gap={6} wrap="nowrap">
            <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
              {t(`person.kind_${row.kind ?? ""}` as "person.kind_email", { defaultValue: row.kind ?? "" })}
              {row.is_shown ? `, ${t("person.shown")}` : ""}
            </Text>
            {row.kind === "email" && !row.is_shown && (
              <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`${t("common.remove")} ${row.value ?? ""}`} onClick={() => change.mutate({ unappend: { email: [row.value] } })}>
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </Group>
        </div>
      ))}
      {adding !== null && (
        <form onSubmit={submit}>
          <Group gap={6} mt={4} wrap="nowrap">
            <TextInput autoFocus type="email" flex={1} aria-label={t("person.addEmail")} value={adding} onChange={(event) => setAdding(event.currentTarget.value)} />
            <Button type="submit" size="sm" loading={change.isPending}>
              {t("common.save")}
            </Button>
          </Group>
        </form>
      )}
      {change.isError && <ErrorNote error={change.error} />}
    </section>
  );
}
