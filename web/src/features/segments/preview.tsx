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
import { countable, countsAt, isComplete, misplaced, type Misplaced } from "./draft";
import { useNames } from "./names";
import classes from "./segments.module.css";
import { groupTexts } from "./sentence";

const PAUSE = 350;

export interface PreviewState {
  data: SegmentPreview | undefined;
  error: unknown;
  busy: boolean;
  fresh: boolean;
  ready: boolean;
  /** How many conditions are left out because they do not say enough yet. */
  incomplete: number;
  words: Definition;
  counts: (number | undefined)[][];
  problem: Misplaced | undefined;
  retry: () => void;
}

/** Who the definition means right now: asked again a moment after each change. What is not complete yet is left out. */
export function usePreview(definition: Definition, segmentId: string | undefined): PreviewState {
  const { definition: counted, places } = useMemo(() => countable(definition), [definition]);
  const text = useMemo(() => JSON.stringify(counted), [counted]);
  const settled = useDebounced(text, PAUSE);
  const ready = counted.condition_groups.length > 0;
  const answer = useQuery({
    queryKey: ["segment-preview", segmentId, settled],
    enabled: ready && settled === text,
    staleTime: 5_000,
    retry: false,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.post<One<SegmentPreview>>(
        "/api/segment-previews",
        wrap("segment-preview", { definition: JSON.parse(settled) as Definition, ...(segmentId && { segment_id: segmentId }) }),
        signal,
      ),
  });
  const data = answer.data?.data.attributes;
  const fresh = settled === text && !answer.isPlaceholderData;
  const error = settled === text ? answer.error : null;
  return {
    data,
    error,
    busy: ready && (answer.isFetching || settled !== text),
    fresh,
    ready,
    incomplete: definition.condition_groups.reduce((sum, group) => sum + group.conditions.filter((one) => !isComplete(one)).length, 0),
    words: counted,
    counts: fresh && data && !error ? countsAt(places, data.conditions) : [],
    problem: error instanceof ApiError ? misplaced(error.problems, places) : undefined,
    retry: () => void answer.refetch(),
  };
}

export function Preview({ preview }: { preview: PreviewState }) {
  const { t } = useTranslation();
  const names = useNames();
  const { data, error, busy, ready, problem, incomplete, words } = preview;
  return (
    <aside className={classes.preview} aria-label={t("segments.preview")} aria-live="polite" aria-busy={busy}>
      <Title order={2}>{t("segments.preview")}</Title>
      {!ready && <Text c="dimmed">{t("segments.incomplete")}</Text>}
      {ready && error && !problem ? <ErrorNote error={error} retry={preview.retry} /> : null}
      {ready && problem && <Text c="dimmed">{t("segments.mistake")}</Text>}
      {ready && !error && !data && <Lines count={4} />}
      {ready && !error && data && <Answer data={data} fresh={preview.fresh} />}
      {ready && incomplete > 0 && (
        <Text size="xs" c="dimmed" mt="xs">
          {t("builder.leftOut", { count: incomplete })}
        </Text>
      )}
      {ready && (
        <>
          <Text size="sm" fw={500} mt="md" mb={4}>
            {t("builder.inWords")}
          </Text>
          <div className={classes.words}>
            {groupTexts(words, names, t).map((text, at) => (
              <Text key={at} size="sm" mb={4}>
                {at > 0 && `${t("sentence.and")} `}
                {text}
              </Text>
            ))}
          </div>
        </>
      )}
    </aside>
  );
}

function Answer({ data, fresh }: { data: SegmentPreview; fresh: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <div style={{ opacity: fresh ? 1 : 0.55 }}>
      <div className={classes.count}>{formats.number(data.count)}</div>
      <Text c="dimmed">{t("segments.matching", { count: data.count })}</Text>
      <AsOf at={data.as_of} />
      {", "}
      <Text component="span" size="xs" c="dimmed">
        {t("segments.took", { ms: Math.round(data.milliseconds) })}
      </Text>
      {data.notes.map((note) => (
        <Text key={note} size="sm" mt="xs" role="note">
          {note}
        </Text>
      ))}
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
        <Button component={Link} to="/analytics/metrics" variant="default" mt="sm" display="block" w="max-content">
          {t("segments.seeMetrics")}
        </Button>
      )}
    </div>
  );
}
