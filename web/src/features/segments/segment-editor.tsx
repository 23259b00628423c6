import { Button, TextInput, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";
import type { Definition } from "@/lib/definition";
import type { SegmentAttributes } from "@/lib/types";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { Builder } from "./builder";
import { TemplatePicker } from "./builder/template-picker";
import { useHistory } from "./builder/use-history";
import { EMPTY, isReady, misplaced } from "./draft";
import { Preview, usePreview } from "./preview";
import classes from "./segments.module.css";

export function NewSegmentPage() {
  return <Editor start={{ name: "", definition: EMPTY }} />;
}

export function EditSegmentPage() {
  const { id = "" } = useParams({ strict: false });
  const segment = useQuery({ queryKey: ["segments", id, "edit"], queryFn: () => api.get<One<SegmentAttributes>>(`/api/segments/${id}`), staleTime: Infinity, gcTime: 0 });
  if (segment.isError) return <ErrorNote error={segment.error} retry={() => void segment.refetch()} />;
  if (!segment.data) return <Loading />;
  const { name, definition } = segment.data.data.attributes;
  return <Editor id={id} start={{ name, definition: definition ?? EMPTY }} />;
}

function Editor({ id, start }: { id?: string; start: { name: string; definition: Definition } }) {
  const { t } = useTranslation();
  const [name, setName] = useState(start.name);
  const { now: definition, set, undo, canUndo } = useHistory(start.definition);
  const [choosing, setChoosing] = useState(!id);
  const preview = usePreview(definition, id);
  const save = useSave(id, name, definition);
  const change = (next: Definition) => {
    // What was refused may be well now.
    if (save.isError) save.reset();
    setChoosing(false);
    set(next);
  };
  useHotkeys([["mod+Z", undo]]);
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const problem = (refused && misplaced(refused.problems)) ?? preview.problem;
  return (
    <Page
      title={id ? t("segments.edit") : t("segments.create")}
      back={id ? { to: `/segments/${id}`, label: start.name } : { to: "/segments", label: t("nav.segments") }}
      actions={
        <>
          <Button variant="default" leftSection={<IconArrowBackUp size={15} />} disabled={!canUndo} onClick={undo}>
            {t("builder.undo")}
          </Button>
          <Button loading={save.isPending} disabled={!name.trim() || !isReady(definition)} onClick={() => save.mutate()}>
            {t("segments.save")}
          </Button>
        </>
      }
    >
      <div className={classes.editor}>
        <div>
          <TextInput
            label={t("segments.name")}
            placeholder={t("segments.namePlaceholder")}
            value={name}
            maw={480}
            mb="lg"
            error={refused?.at("attributes/name")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {save.isError && !problem && <ErrorNote error={save.error} />}
          <Builder definition={definition} onChange={change} counts={preview.counts} problem={problem} />
          {!id && (
            <Templates
              open={choosing}
              onToggle={() => setChoosing(!choosing)}
              onPick={(title, template) => {
                change(template);
                if (!name.trim()) setName(title);
              }}
            />
          )}
        </div>
        <Preview preview={preview} />
      </div>
    </Page>
  );
}

function Templates({ open, onToggle, onPick }: { open: boolean; onToggle: () => void; onPick: (name: string, definition: Definition) => void }) {
  const { t } = useTranslation();
  if (!open) {
    return (
      <Button variant="subtle" color="gray" mt="lg" size="compact-sm" onClick={onToggle}>
        {t("templates.show")}
      </Button>
    );
  }
  return (
    <>
      <Title order={2} mt="xl" mb="xs">
        {t("templates.title")}
      </Title>
      <TemplatePicker onPick={onPick} />
    </>
  );
}

function useSave(id: string | undefined, name: string, definition: Definition) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const attributes = { name: name.trim(), definition };
      return id
        ? api.patch<One<unknown>>(`/api/segments/${id}`, wrap("segment", attributes, { id }))
        : api.post<One<unknown>>("/api/segments", wrap("segment", attributes));
    },
    onSuccess: (reply) => {
      refreshGroups(queries);
      void navigate({ to: "/segments/$id", params: { id: reply.data.id } });
    },
  });
}
