/** Why each channel can or cannot reach a person now. Stands by itself: give it a profile's id. */
import { Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Many } from "@/lib/api";
import { channelName, reasonName } from "@/lib/consent-words";
import { equals } from "@/lib/filter";
import type { Reachability as Reach } from "@/lib/types";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";
import { Status } from "@/ui/status";

const REFRESH = 10_000;

export function Reachability({ profileId }: { profileId: string }) {
  const { t } = useTranslation();
  const rows = useQuery({
    queryKey: ["profiles", profileId, "reachability"],
    queryFn: () => api.get<Many<Reach>>("/api/profile-reachabilities", { filter: equals("profile_id", profileId) }),
    refetchInterval: REFRESH,
  });
  return (
    <section aria-label={t("reach.title")} className="section">
      <Title order={2} mb={4}>
        {t("reach.title")}
      </Title>
      {rows.isPending && <Lines count={4} />}
      {rows.isError && <ErrorNote error={rows.error} retry={() => void rows.refetch()} />}
      {rows.data?.data.map(({ id, attributes: row }) => (
        <div key={id} style={{ padding: "5px 0", borderTop: "1px solid var(--rule)" }}>
          <Group justify="space-between" gap={8} wrap="nowrap">
            <span>{channelName(t, row.channel)}</span>
            <Status tone={row.can_receive ? "good" : "idle"}>{row.can_receive ? t("reach.can") : t("reach.cannot")}</Status>
          </Group>
          {row.reasons.map((reason) => (
            <Text key={reason.reason} size="xs" c="dimmed">
              {reasonName(t, reason.reason)}
              {reason.since && (
                <>
                  {" "}
                  {t("reach.since")} <Moment at={reason.since} />
                </>
              )}
              {reason.detail && ` · ${reason.detail}`}
            </Text>
          ))}
        </div>
      ))}
    </section>
  );
}
