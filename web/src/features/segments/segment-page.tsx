/** Everything about one segment: how it grew, who is in it, who was, and what it shares with others. */
import { Group, Tabs, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";
import { personLabel } from "@/lib/format";
import type { SegmentAttributes } from "@/lib/types";
import { EditableName } from "@/ui/editable-name";
import { AsOf } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { ProfileCount } from "@/ui/profile-count";
import { WhyMember } from "@/ui/why-member";
import { useNames } from "./names";
import { SegmentActions } from "./page/actions";
import { BuildState } from "./page/build-state";
import { Growth } from "./page/growth";
import { Log } from "./page/log";
import { MakeUp, Spending } from "./page/make-up";
import { Members, type Member } from "./page/members";
import { Newest } from "./page/newest";
import { Overlap } from "./page/overlap";
import classes from "./page/page.module.css";
import { Past } from "./page/past";
import { tabOf, TABS, type SegmentSearch } from "./page/search";
import { Usage } from "./page/usage";
import { SegmentStatus } from "./segment-status";
import { definitionText } from "./sentence";

const LIVE = 5_000;
const BUSY = 700;

interface Asked {
  id: string;
  label: string;
}

export function SegmentPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const queries = useQueryClient();
  const names = useNames();
  const [asked, setAsked] = useState<Asked | null>(null);
  const segment = useQuery({
    queryKey: ["segments", id],
    queryFn: () => api.get<One<SegmentAttributes>>(`/api/segments/${id}`),
    refetchInterval: (query) => (query.state.data?.data.attributes.building ? BUSY : LIVE),
  });
  useFreshWhenBuilt(Boolean(segment.data?.data.attributes.building));
  const rename = useMutation({
    mutationFn: (name: string) => api.patch(`/api/segments/${id}`, wrap("segment", { name }, { id })),
    onSuccess: () => refreshGroups(queries),
  });
  const tab = tabOf(useSearch({ strict: false }).tab);
  const back = { to: "/segments", label: t("nav.segments") };
  if (segment.isError) {
    return (
      <Page title={t("nav.segments")} back={back}>
        <ErrorNote error={segment.error} retry={() => void segment.refetch()} />
      </Page>
    );
  }
  if (!segment.data) return <Loading />;
  const facts = segment.data.data.attributes;
  const summary = facts.summary || (facts.definition ? definitionText(facts.definition, names, t) : "");
  return (
    <Page
      fill={tab === "members"}
      title={facts.name}
      back={back}
      heading={<EditableName value={facts.name} onSave={(name) => rename.mutate(name)} />}
      note={<Standing id={id} facts={facts} />}
      actions={<SegmentActions id={id} facts={facts} why={setAsked} />}
    >
      <Text className={classes.summary}>{summary}</Text>
      {facts.building && facts.is_active && <BuildState building={facts.building} />}
      <Parts id={id} facts={facts} why={setAsked} />
      <WhyMember segment={asked && { id, name: facts.name }} profileId={asked?.id} person={asked?.label} close={() => setAsked(null)} />
    </Page>
  );
}

/** What was asked while the segment was being built is asked again when it is. */
function useFreshWhenBuilt(isBuilding: boolean) {
  const queries = useQueryClient();
  const wasBuilding = useRef(isBuilding);
  useEffect(() => {
    if (wasBuilding.current && !isBuilding) void queries.invalidateQueries({ queryKey: ["segments"] });
    wasBuilding.current = isBuilding;
  }, [isBuilding, queries]);
}

function Standing({ id, facts }: { id: string; facts: SegmentAttributes }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm">
      <span>
        <ProfileCount kind="segment" id={id} refetchInterval={LIVE} /> {t("segments.membersNote")}
      </span>
      <SegmentStatus segment={facts} />
      {facts.is_active ? <AsOf at={facts.watermark} /> : <span>{t("segmentPage.pausedNote")}</span>}
    </Group>
  );
}

interface PartsProps {
  id: string;
  facts: SegmentAttributes;
  why: (asked: Asked) => void;
}

function Parts({ id, facts, why }: PartsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const tab = tabOf(search.tab);
  const set = useCallback(
    (change: Partial<SegmentSearch>) => void navigate({ to: "/segments/$id", params: { id }, replace: true, search: (before: SegmentSearch) => ({ ...before, ...change }) }),
    [navigate, id],
  );
  const whyMember = useCallback((member: Member) => why({ id: member.id, label: personLabel(member.attributes, member.id) }), [why]);
  const empty = <Empty title={facts.building ? t("segments.building") : t("segments.noMembers")}>{t("segments.noMembersHint")}</Empty>;
  return (
    <Tabs value={tab} onChange={(next) => set({ tab: next === "overview" || !next ? undefined : next })} keepMounted={false} className={tab === "members" ? classes.tabsFill : undefined}>
      <Tabs.List aria-label={t("segmentPage.tabs")}>
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`segmentPage.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="overview" className={classes.tab}>
        <Growth id={id} created={facts.created} period={search.period} choose={(period) => set({ period })} />
        <div className={`${classes.two} ${classes.block}`}>
          <Newest id={id} why={whyMember} all={() => set({ tab: "members" })} empty={empty} refetchInterval={LIVE} />
          <Usage id={id} />
        </div>
        <div className={`section ${classes.block}`}>
          <MakeUp crowd={{ within: [id] }} />
        </div>
        <div className={`section ${classes.block}`}>
          <Spending crowd={{ within: [id] }} />
        </div>
      </Tabs.Panel>
      <Tabs.Panel value="members" className={classes.tabFill}>
        <Members id={id} search={search.search} sort={search.sort} set={set} why={whyMember} empty={empty} refetchInterval={LIVE} />
      </Tabs.Panel>
      <Tabs.Panel value="history" className={classes.tab}>
        <Past id={id} created={facts.created} on={search.on} choose={(on) => set({ on })} />
        <div className={classes.block}>
          <Log id={id} moves={search.moves} choose={(moves) => set({ moves })} why={why} refetchInterval={LIVE} />
        </div>
      </Tabs.Panel>
      <Tabs.Panel value="overlap" className={classes.tab}>
        <Overlap id={id} others={search.with} choose={(others) => set({ with: others })} />
      </Tabs.Panel>
    </Tabs>
  );
}
