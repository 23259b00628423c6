import { Button, Text, Title } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One } from "@/lib/api";
import type { Definition } from "@/lib/definition";
import { fullName } from "@/lib/format";
import { useFormats } from "@/lib/session";
import type { SegmentPreview } from "@/lib/types";
import { useDebounced } from "@/lib/use-debounced";
import { AsOf } from "@/ui/moment";
import { Lines } from "@/ui/lines";
import { ErrorNote } from "@/ui/page";
import { isReady } from "./draft";
import classes from "./segments.module.css";

const PAUSE = 350;

export interface PreviewState {
  data: SegmentPreview | undefined;
  error: unknown;
  busy: boolean;
  fresh: boolean;
  ready: boolean;
  retry: () => void;
}

/** Who the definition means right now: asked again a moment after each change. */
export function usePreview(definition: Definition): PreviewState {
  const text = useMemo(() => JSON.stringify(definition), [definition]);
  const settled = useDebounced(text, PAUSE);
  const ready = isReady(definition);
  const answer = useQuery({
    queryKey: ["segment-preview", settled],
    enabled: ready && settled === text,
    staleTime: 5_000,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.post<One<SegmentPreview>>("/api/segment-previews", wrap("segment-preview", { definition: JSON.parse(settled) as Definition }), signal),
  });
  return {
    data: answer.data?.data.attributes,
    error: answer.error,
    busy: answer.isFetching || settled !== text,
    fresh: settled === text && !answer.isPlaceholderData,
    ready,
    retry: () => void answer.refetch(),
  };
}

export function Preview({ preview }: { preview: PreviewState }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { data, error, busy, ready } = preview;
  const misplaced = error instanceof ApiError && error.status === 400;
  return (
    <aside className={classes.preview} aria-label={t("segments.preview")} aria-live="polite" aria-busy={busy}>
      <Title order={2}>{t("segments.preview")}</Title>
      {!ready && <Text c="dimmed">{t("segments.incomplete")}</Text>}
      {ready && error && !misplaced ? <ErrorNote error={error} retry={preview.retry} /> : null}
      {ready && misplaced && <Text c="dimmed">{t("segments.mistake")}</Text>}
      {ready && !error && !data && <Lines count={4} />}
      {ready && !error && data && (
        <div style={{ opacity: preview.fresh ? 1 : 0.55 }}>
          <div className={classes.count}>{formats.number(data.count)}</div>
          <Text c="dimmed">{t("segments.matching", { count: data.count })}</Text>
          <AsOf at={data.as_of} />
          {", "}
          <Text component="span" size="xs" c="dimmed">{t("segments.took", { ms: Math.round(data.milliseconds) })}</Text>
          {data.sample.length > 0 && (
            <Text size="sm" fw={500} mt="md" mb={4}>
              {t("segments.sample")}
            </Text>
          )}
          {data.sample.map((person) => (
            <div key={person.id} className={classes.person}>
              <Link className="plain clip" to="/profiles/$id" params={{ id: person.id }}>
                {person.email ?? person.id}
              </Link>
              <span className="quiet clip">{fullName(person)}</span>
            </div>
          ))}
          {data.count === 0 && (
            <Button component={Link} to="/analytics/metrics" variant="default" mt="sm">
              {t("segments.seeMetrics")}
            </Button>
          )}
        </div>
      )}
    </aside>
  );
}
