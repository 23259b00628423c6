import { Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, related, relatedId, type Many } from "@/lib/api";
import { personLabel } from "@/lib/format";
import { useFormats } from "@/lib/session";
import type { EventAttributes, MetricAttributes, ProfileAttributes } from "@/lib/types";
import { eventDetail, eventValue } from "@/ui/event-words";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";
import classes from "./home.module.css";

const POLL = 2_000;
const SHOWN = 12;

export function LiveActivity() {
  const { t } = useTranslation();
  const formats = useFormats();
  const events = useQuery({
    queryKey: ["events", "live"],
    queryFn: () => api.get<Many<EventAttributes>>("/api/events", { sort: "-datetime", include: "profile,metric", "page[size]": 20 }),
    refetchInterval: POLL,
  });
  const document = events.data;
  return (
    <section aria-label={t("home.live")}>
      <Group justify="space-between" mb={4}>
        <Title order={2}>{t("home.live")}</Title>
        {events.isSuccess && (
          <Text size="xs" c="dimmed" component="span">
            <span className={classes.live} aria-hidden />
            {t("home.every2s")}
          </Text>
        )}
      </Group>
      {events.isError && <ErrorNote error={events.error} />}
      {events.isPending && <Lines count={8} />}
      {document?.data.length === 0 && <Text c="dimmed">{t("home.noEvents")}</Text>}
      <ul className={classes.activity}>
        {document?.data.slice(0, SHOWN).map((event) => {
          const person = related<ProfileAttributes>(document, event, "profile");
          const metric = related<MetricAttributes>(document, event, "metric");
          const value = eventValue(event.attributes.event_properties);
          const detail = eventDetail(event.attributes.event_properties);
          const profileId = relatedId(event, "profile") ?? "";
          return (
            <li key={event.id} className={classes.event}>
              <div className="clip">
                <Link className="plain" to="/profiles/$id" params={{ id: profileId }}>
                  {personLabel(person?.attributes ?? {}, profileId)}
                </Link>
              </div>
              <div className="figure">{value ? formats.money(value.amount, value.currency) : ""}</div>
              <div className="quiet clip" title={detail}>
                {metric?.attributes.name}
                {detail ? ` · ${detail}` : ""}
              </div>
              <Text size="xs" c="dimmed" className="figure">
                <Moment at={event.attributes.datetime} as="ago" />
              </Text>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
