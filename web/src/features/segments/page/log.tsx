/** Every entry and exit, newest first: who, when, and by what. */
import { Button, Group, SegmentedControl, Title } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { both, equals } from "@/lib/filter";
import type { MembershipChange } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote } from "@/ui/page";
import { Status } from "@/ui/status";
import classes from "./page.module.css";
import { Person } from "./past";
import { usePeople, type People } from "./people";

type Row = Resource<MembershipChange>;
const MOVES = ["all", "entered", "left"] as const;

interface LogProps {
  id: string;
  moves: string | undefined;
  choose: (moves: string | undefined) => void;
  why: (person: { id: string; label: string }) => void;
  refetchInterval: number;
}

export function Log({ id, moves, choose, why, refetchInterval }: LogProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const shown = MOVES.find((one) => one === moves) ?? "all";
  const changes = useRows<MembershipChange>(
    ["segments", id, "log"],
    "/api/segment-membership-changes",
    { filter: both(equals("segment_id", id), shown !== "all" && equals("entered", shown === "entered")), "page[size]": 100 },
    { refetchInterval },
  );
  const people = usePeople(changes.rows.map((row) => row.attributes.profile_id));
  const columns = useColumns(people.data, why);
  return (
    <section aria-label={t("segmentPage.log")}>
      <Group justify="space-between" mb="xs">
        <Title order={2}>{t("segmentPage.log")}</Title>
        <SegmentedControl
          size="xs"
          aria-label={t("segmentPage.what")}
          value={shown}
          onChange={(next) => choose(next === "all" ? undefined : next)}
          data={[
            { value: "all", label: t("segmentPage.logAll") },
            { value: "entered", label: t("segmentPage.logEntered") },
            { value: "left", label: t("segmentPage.logLeft") },
          ]}
        />
      </Group>
      {changes.error ? (
        <ErrorNote error={changes.error} retry={changes.retry} />
      ) : (
        <div className={classes.log}>
          <DataTable
            name="segment-log"
            label={t("segmentPage.log")}
            columns={columns}
            rows={changes.rows}
            rowId={(row) => row.id}
            onOpen={(row) => row.attributes.profile_id && void navigate({ to: "/profiles/$id", params: { id: row.attributes.profile_id } })}
            onEnd={changes.more}
            loading={changes.loading}
            loadingMore={changes.loadingMore}
            empty={<Empty title={t("segmentPage.noChanges")}>{t("segmentPage.noChangesHint")}</Empty>}
          />
        </div>
      )}
    </section>
  );
}

function useColumns(people: People | undefined, why: LogProps["why"]): Column<Row>[] {
  const { t } = useTranslation();
  return useMemo(
    () => [
      {
        id: "what",
        header: t("segmentPage.what"),
        meta: { width: 100, phone: true },
        cell: ({ row }) => <Status tone={row.original.attributes.entered ? "good" : "idle"}>{t(row.original.attributes.entered ? "segmentPage.entered" : "segmentPage.left")}</Status>,
      },
      {
        id: "who",
        header: t("segmentPage.who"),
        meta: { phone: true },
        cell: ({ row }) => <Person id={row.original.attributes.profile_id} label={people?.[row.original.attributes.profile_id]} />,
      },
      {
        id: "cause",
        header: t("segmentPage.why"),
        cell: ({ row }) => <span className="quiet">{t(row.original.attributes.cause === "definition" ? "segmentPage.causeDefinition" : "segmentPage.causeTick")}</span>,
      },
      { id: "at", header: t("segmentPage.when"), meta: { width: 180 }, cell: ({ row }) => <Moment at={row.original.attributes.at} /> },
      {
        id: "why",
        header: "",
        meta: { width: 80, align: "right", phone: true },
        cell: ({ row }) => {
          const { profile_id: who } = row.original.attributes;
          if (!who) return null;
          return (
            <Button size="compact-xs" variant="default" onClick={() => why({ id: who, label: people?.[who] ?? "" })}>
              {t("why.button")}
            </Button>
          );
        },
      },
    ],
    [t, people, why],
  );
}
