import { Group, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, related, relatedId, type Many } from "@/lib/api";
import { equals } from "@/lib/filter";
import { personLabel } from "@/lib/format";
import { useFormats } from "@/lib/session";
import type { EventAttributes, ProfileAttributes } from "@/lib/types";
import { eventDetail, eventValue } from "@/ui/event-words";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";

export function LatestEvents({ metricId }: { metricId: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const events = useQuery({
    queryKey: ["events", "metric", metricId],
    queryFn: () =>
      api.get<Many<EventAttributes>>("/api/events", { filter: equals("metric_id", metricId), sort: "-datetime", include: "profile", "page[size]": 10 }),
    refetchInterval: 5_000,
  });
  return (
    <section style={{ marginTop: 24 }}>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("metrics.latest")}</Title>
        <Link className="plain" to="/analytics/events" search={{ metric: metricId }}>
          {t("metrics.allEvents")} →
        </Link>
      </Group>
      {events.isError && <ErrorNote error={events.error} />}
      {events.isPending && <Lines count={8} />}
      {events.data?.data.length === 0 && <Text c="dimmed">{t("metrics.noEvents")}</Text>}
      {Boolean(events.data?.data.length) && (
        <Table layout="fixed">
          <Table.Tbody>
            {events.data?.data.map((event) => {
              const id = relatedId(event, "profile") ?? "";
              const person = related<ProfileAttributes>(events.data, event, "profile");
              const value = eventValue(event.attributes.event_properties);
              return (
                <Table.Tr key={event.id}>
                  <Table.Td className="clip" pl={0}>
                    <Link className="plain" to="/profiles/$id" params={{ id }}>
                      {personLabel(person?.attributes ?? {}, id)}
                    </Link>
                  </Table.Td>
                  <Table.Td className="clip quiet" visibleFrom="sm">
                    {eventDetail(event.attributes.event_properties)}
                  </Table.Td>
                  <Table.Td className="figure" w={110}>
                    {value ? formats.money(value.amount, value.currency) : ""}
                  </Table.Td>
                  <Table.Td className="figure quiet" w={130}>
                    <Moment at={event.attributes.datetime} as="ago" />
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
