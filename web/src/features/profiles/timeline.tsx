import { Group, Select, Skeleton, Text, Title, UnstyledButton } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Fragment, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { related, type Resource } from "@/lib/api";
import { useMetrics, useRows } from "@/lib/collections";
import { both, equals } from "@/lib/filter";
import { useFormats } from "@/lib/session";
import type { EventAttributes, MetricAttributes } from "@/lib/types";
import { eventDetail, eventValue } from "@/ui/event-words";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote } from "@/ui/page";
import { Value } from "@/ui/value";
import classes from "./profile.module.css";

export function Timeline({ profileId }: { profileId: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const metrics = useMetrics();
  const events = useRows<EventAttributes>(
    ["events", profileId],
    "/api/events",
    {
      filter: both(equals("profile_id", profileId), search.metric && equals("metric_id", search.metric)),
      sort: "-datetime",
      include: "metric",
      "page[size]": 50,
    },
    { refetchInterval: 5_000 },
  );
  const { ref, entry } = useIntersection({ rootMargin: "600px" });
  const { more } = events;
  useEffect(() => {
    if (entry?.isIntersecting) more();
  }, [entry, more, events.rows.length]);
  return (
    <section aria-label={t("profiles.timeline")}>
      <Group justify="space-between">
        <Title order={2}>{t("profiles.timeline")}</Title>
        <Select
          aria-label={t("profiles.filterMetric")}
          placeholder={t("profiles.allEvents")}
          clearable
          searchable
          w={220}
          value={search.metric ?? null}
          onChange={(metric) => void navigate({ to: "/profiles/$id", params: { id: profileId }, search: { metric: metric ?? undefined }, replace: true })}
          data={(metrics.data ?? []).map((metric) => ({ value: metric.id, label: metric.attributes.name }))}
        />
      </Group>
      {events.error && <ErrorNote error={events.error} retry={events.retry} />}
      {events.loading && <Lines count={8} />}
      {!events.loading && !events.error && !events.rows.length && <Empty title={t("profiles.noEvents")}>{t("profiles.noEventsHint")}</Empty>}
      {events.rows.map((event, at) => {
        const day = formats.date(event.attributes.datetime);
        const previous = events.rows[at - 1];
        const isNewDay = !previous || formats.date(previous.attributes.datetime) !== day;
        return (
          <Fragment key={event.id}>
            {isNewDay && <div className={classes.day}>{day}</div>}
            <EventRow event={event} metric={related<MetricAttributes>({ included: events.included }, event, "metric")?.attributes.name} />
          </Fragment>
        );
      })}
      {events.loadingMore && <Skeleton height={60} mt="xs" />}
      <div ref={ref} style={{ height: 1 }} />
      {events.rows.length > 0 && !events.hasMore && (
        <Text c="dimmed" size="xs" mt="sm">
          {t("profiles.timelineEnd")}
        </Text>
      )}
    </section>
  );
}

function EventRow({ event, metric }: { event: Resource<EventAttributes>; metric: string | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [open, setOpen] = useState(false);
  const properties = event.attributes.event_properties;
  const value = eventValue(properties);
  const detail = eventDetail(properties);
  return (
    <>
      <UnstyledButton className={classes.event} aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="clip">
          {metric ?? t("profiles.event")}
          {detail && <span className="quiet"> · {detail}</span>}
        </span>
        <span className="figure">{value ? formats.money(value.amount, value.currency) : ""}</span>
        <span className="figure quiet">
          <Moment at={event.attributes.datetime} as="time" />
        </span>
      </UnstyledButton>
      {open && (
        <div className={classes.detail}>
          <dl className={classes.facts}>
            {Object.entries(properties).map(([key, entry]) => (
              <Fragment key={key}>
                <dt>{key}</dt>
                <dd>
                  <Value value={entry} />
                </dd>
              </Fragment>
            ))}
            <dt>{t("profiles.eventId")}</dt>
            <dd className="mono">{event.id}</dd>
            <dt>{t("profiles.at")}</dt>
            <dd className="mono">{formats.exact(event.attributes.datetime)}</dd>
          </dl>
        </div>
      )}
    </>
  );
}
