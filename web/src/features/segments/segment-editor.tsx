import { Button, TextInput } from "@mantine/core";
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
import { EMPTY, isReady } from "./draft";
import classes from "./segments.module.css";
import { Preview, usePreview } from "./preview";

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
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState(start.name);
  const [definition, setDefinition] = useState(start.definition);
  const preview = usePreview(definition);
  const save = useMutation({
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
  const refused = [save.error, preview.error].find((error) => error instanceof ApiError);
  const title = id ? t("segments.edit") : t("segments.create");
  return (
    <Page
      title={title}
      back={id ? { to: `/segments/${id}`, label: start.name } : { to: "/segments", label: t("nav.segments") }}
      actions={
        <Button loading={save.isPending} disabled={!name.trim() || !isReady(definition)} onClick={() => save.mutate()}>
          {t("segments.save")}
        </Button>
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
          {save.isError && <ErrorNote error={save.error} />}
          <Builder definition={definition} onChange={setDefinition} counts={preview.fresh ? preview.data?.conditions : undefined} problems={refused?.problems ?? []} />
        </div>
        <Preview preview={preview} />
      </div>
    </Page>
  );
}
