import { Anchor, Button, Group, Text, Title } from "@mantine/core";
import { IconFilter, IconList } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Many } from "@/lib/api";
import type { ListAttributes, SegmentAttributes } from "@/lib/types";
import { Lines } from "@/ui/lines";
import { ErrorNote } from "@/ui/page";
import { WhyMember } from "@/ui/why-member";
import classes from "./profile.module.css";

const REFRESH = 15_000;

export function Memberships({ profileId }: { profileId: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<{ id: string; name: string } | null>(null);
  const lists = useQuery({
    queryKey: ["profiles", profileId, "lists"],
    queryFn: () => api.get<Many<ListAttributes>>(`/api/profiles/${profileId}/lists`),
    refetchInterval: REFRESH,
  });
  const segments = useQuery({
    queryKey: ["profiles", profileId, "segments"],
    queryFn: () => api.get<Many<SegmentAttributes>>(`/api/profiles/${profileId}/segments`),
    refetchInterval: REFRESH,
  });
  const nothing = lists.data?.data.length === 0 && segments.data?.data.length === 0;
  return (
    <section aria-label={t("profiles.groups")} className="section">
      <Title order={2} mb={4}>
        {t("profiles.groups")}
      </Title>
      {(lists.isPending || segments.isPending) && <Lines count={2} />}
      {lists.isError && <ErrorNote error={lists.error} />}
      {segments.isError && <ErrorNote error={segments.error} />}
      {nothing && <Text c="dimmed">{t("profiles.noGroups")}</Text>}
      {lists.data?.data.map((list) => (
        <div key={list.id} className={classes.line}>
          <Group gap={6} wrap="nowrap" miw={0}>
            <IconList size={15} aria-hidden className="quiet" />
            <Anchor component={Link} to={`/lists/${list.id}`} c="inherit" className="clip">
              {list.attributes.name}
            </Anchor>
          </Group>
          <Text size="xs" c="dimmed">
            {t("profiles.list")}
          </Text>
        </div>
      ))}
      {segments.data?.data.map((segment) => (
        <div key={segment.id} className={classes.line}>
          <Group gap={6} wrap="nowrap" miw={0}>
            <IconFilter size={15} aria-hidden className="quiet" />
            <Anchor component={Link} to={`/segments/${segment.id}`} c="inherit" className="clip">
              {segment.attributes.name}
            </Anchor>
          </Group>
          <Button size="compact-xs" variant="default" onClick={() => setAsked({ id: segment.id, name: segment.attributes.name })}>
            {t("why.button")}
          </Button>
        </div>
      ))}
      <WhyMember segment={asked} profileId={profileId} close={() => setAsked(null)} />
    </section>
  );
}
