/** Who was in the segment on a day. */
import { Anchor, Button, Table, Text, TextInput, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { days } from "@/lib/period";
import { useFormats } from "@/lib/session";
import type { PastMembers } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { ErrorNote, Loading } from "@/ui/page";
import { isDay, momentOf, today } from "./days";
import classes from "./page.module.css";
import { usePeople } from "./people";

const SIZE = 50;

interface PastProps {
  id: string;
  created: string;
  on: string | undefined;
  choose: (day: string | undefined) => void;
}

export function Past({ id, created, on, choose }: PastProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const day = isDay(on) ? on : undefined;
  return (
    <section aria-label={t("segmentPage.past")}>
      <Title order={2} mb="xs">
        {t("segmentPage.past")}
      </Title>
      <div className={classes.past}>
        <TextInput
          type="date"
          label={t("segmentPage.pastDay")}
          max={today(formats.timezone)}
          value={day ?? ""}
          onChange={(event) => choose(event.currentTarget.value || undefined)}
        />
        <Text size="xs" c="dimmed" maw={420}>
          {t("segmentPage.pastHint")}
        </Text>
      </div>
      {day && <Answer id={id} created={created} day={day} />}
    </section>
  );
}

function Answer({ id, created, day }: { id: string; created: string; day: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const found = usePast(id, day, formats.timezone);
  const rows = found.data?.pages.flatMap((page) => page.members) ?? [];
  const people = usePeople(rows.map((row) => row.profile_id));
  if (found.isError) return <ErrorNote error={found.error} retry={() => void found.refetch()} />;
  const first = found.data?.pages[0];
  if (!first) return <Loading />;
  const named = formats.date(days(day, day, formats.timezone).start);
  const before = Date.parse(momentOf(day, formats.timezone, new Date())) < Date.parse(created);
  if (before) return <Text c="dimmed">{t("segmentPage.pastBefore", { day: formats.date(created) })}</Text>;
  if (first.count === 0) return <Text c="dimmed">{t("segmentPage.pastNobody", { day: named })}</Text>;
  return (
    <>
      <Text fw={600} mb={4}>
        {t("segmentPage.pastCount", { count: first.count, number: formats.number(first.count), day: named })}
      </Text>
      <Table.ScrollContainer minWidth={320} mah={380} style={{ overflowY: "auto" }} tabIndex={0}>
        <Table stickyHeader verticalSpacing={6} aria-label={t("segmentPage.past")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("segmentPage.who")}</Table.Th>
              <Table.Th>{t("segmentPage.pastSince")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              <Table.Tr key={row.profile_id || at}>
                <Table.Td>
                  <Person id={row.profile_id} label={people.data?.[row.profile_id]} />
                </Table.Td>
                <Table.Td>
                  <Moment at={row.joined_at} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {found.hasNextPage && (
        <Button mt="xs" size="compact-sm" variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
          {t("common.showMore")}
        </Button>
      )}
    </>
  );
}

function usePast(id: string, day: string, timezone: string) {
  return useInfiniteQuery({
    queryKey: ["segments", id, "past", day],
    initialPageParam: "",
    queryFn: async ({ pageParam }) => {
      const asked = { segment_id: id, at: momentOf(day, timezone, new Date()), size: SIZE, after: pageParam };
      const reply = await api.post<One<PastMembers>>("/api/segment-past-members", wrap("segment-past-members", asked));
      return reply.data.attributes;
    },
    getNextPageParam: (last) => last.after ?? undefined,
  });
}

/** A link to whoever it is; who was deleted has no page any more. */
export function Person({ id, label }: { id: string; label: string | undefined }) {
  const { t } = useTranslation();
  if (!id) return <span className="quiet">{t("segmentPage.forgotten")}</span>;
  return (
    <Anchor component={Link} to={`/profiles/${id}`} c="inherit">
      {label ?? "…"}
    </Anchor>
  );
}
