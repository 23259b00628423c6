import { Anchor, Button, Checkbox, Group, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One, type Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { equals } from "@/lib/filter";
import { personLabel } from "@/lib/format";
import type { ProfileAttributes } from "@/lib/types";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { say } from "@/ui/toast";
import type { Duplicate, DuplicateSearch } from "./resources";

const SURE = ["same_mailbox", "same_phone", "same_external_id"] as const;
type Reason = (typeof SURE)[number];
const LOOK = 3_000;

export function DuplicatesPage() {
  const { t } = useTranslation();
  const [status, show] = useState("open");
  const found = useRows<Duplicate>(["duplicates", status], "/api/profile-duplicates", { filter: equals("status", status), include: "profiles", sort: "-id", "page[size]": 50 });
  const people = new Map(found.included.filter((row) => row.type === "profile").map((row) => [row.id, row as unknown as Resource<ProfileAttributes>]));
  return (
    <Page title={t("duplicates.title")} note={t("duplicates.intro")} back={{ to: "/profiles", label: t("nav.profiles") }} actions={<SearchNow />}>
      <Stack>
        <Rules />
        <SegmentedControl
          aria-label={t("duplicates.status")}
          w="fit-content"
          value={status}
          onChange={show}
          data={[
            { value: "open", label: t("duplicates.open") },
            { value: "dismissed", label: t("duplicates.dismissedOnes") },
          ]}
        />
        {found.error && <ErrorNote error={found.error} retry={found.retry} />}
        {found.loading && <Lines count={6} />}
        {!found.loading && !found.error && !found.rows.length && <Empty title={t("duplicates.none")}>{t("duplicates.noneHint")}</Empty>}
        {found.rows.length > 0 && (
          <Table.ScrollContainer minWidth={720}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("duplicates.older")}</Table.Th>
                  <Table.Th>{t("duplicates.newer")}</Table.Th>
                  <Table.Th>{t("duplicates.why")}</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.rows.map((row) => (
                  <Pair key={row.id} row={row} people={people} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {found.hasMore && (
          <Button variant="default" w="fit-content" onClick={found.more} loading={found.loadingMore}>
            {t("common.more")}
          </Button>
        )}
      </Stack>
    </Page>
  );
}

function Pair({ row, people }: { row: Resource<Duplicate>; people: Map<string, Resource<ProfileAttributes>> }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const both = row.relationships?.profiles?.data;
  const ids = Array.isArray(both) ? both.map((one) => one.id) : [];
  const decide = useMutation({
    mutationFn: (decision: { status: string; keep?: string | undefined }) => api.patch(`/api/profile-duplicates/${row.id}`, wrap("profile-duplicate", decision, { id: row.id })),
    onSuccess: (_, decision) => {
      say(t(decision.status === "merged" ? "duplicates.merged" : "duplicates.dismissed"));
      void queries.invalidateQueries({ queryKey: ["duplicates"] });
    },
  });
  const [keep, choose] = useState<string | undefined>();
  const { reason, status } = row.attributes;
  return (
    <Table.Tr>
      {ids.map((id) => {
        const person = people.get(id);
        return (
          <Table.Td key={id}>
            <Anchor component={Link} to={`/profiles/${id}`}>
              {person ? personLabel(person.attributes, id) : id}
            </Anchor>
            <Text size="xs" c="dimmed">
              {person && [person.attributes.email, person.attributes.phone_number, person.attributes.external_id].filter(Boolean).join(" · ")}
            </Text>
          </Table.Td>
        );
      })}
      <Table.Td>{t(`duplicates.${reason ?? "same_mailbox"}` as "duplicates.same_mailbox")}</Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {status === "dismissed" ? (
            <Button size="compact-sm" variant="default" loading={decide.isPending} onClick={() => decide.mutate({ status: "open" })}>
              {t("duplicates.reopen")}
            </Button>
          ) : (
            <>
              {/* A merge cannot be undone, so it takes two clicks. */}
              {[t("duplicates.keepOlder"), t("duplicates.keepNewer")].map((label, at) =>
                keep && keep === ids[at] ? (
                  <Button key={label} size="compact-sm" color="red" loading={decide.isPending} onClick={() => decide.mutate({ status: "merged", keep })} onBlur={() => choose(undefined)}>
                    {t("person.mergeDo")}
                  </Button>
                ) : (
                  <Button key={label} size="compact-sm" variant="default" onClick={() => choose(ids[at])}>
                    {label}
                  </Button>
                ),
              )}
              <Button size="compact-sm" variant="subtle" color="gray" disabled={decide.isPending} onClick={() => decide.mutate({ status: "dismissed" })}>
                {t("duplicates.dismiss")}
              </Button>
            </>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function useSearchState() {
  return useQuery({
    queryKey: ["duplicates", "search"],
    queryFn: () => api.get<One<DuplicateSearch>>("/api/duplicate-searches/current"),
    refetchInterval: LOOK,
  });
}

function SearchNow() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const state = useSearchState().data?.data.attributes;
  const start = useMutation({
    mutationFn: () => api.post("/api/duplicate-searches", wrap("duplicate-search", {})),
    onSettled: () => void queries.invalidateQueries({ queryKey: ["duplicates"] }),
  });
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {t("duplicates.lastSearch")} {state?.at ? <Moment at={state.at} as="ago" /> : t("duplicates.never")}
      </Text>
      <Button variant="default" leftSection={<IconRefresh size={15} />} loading={start.isPending || Boolean(state?.is_wanted)} onClick={() => start.mutate()}>
        {t("duplicates.searchNow")}
      </Button>
    </Group>
  );
}

function Rules() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const chosen = useSearchState().data?.data.attributes.automatic ?? [];
  const choose = useMutation({
    mutationFn: (automatic: string[]) => api.patch("/api/duplicate-searches/current", wrap("duplicate-search", { automatic }, { id: "current" })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["duplicates"] }),
  });
  return (
    <Checkbox.Group label={t("duplicates.rules")} description={t("duplicates.rulesHint")} value={[...chosen]} onChange={(next) => choose.mutate(next)}>
      <Group mt={6}>
        {SURE.map((reason: Reason) => (
          <Checkbox key={reason} value={reason} label={t(`duplicates.${reason}`)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}
