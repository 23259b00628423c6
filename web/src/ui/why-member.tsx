/** Why somebody is in a segment, or is not: each condition, whether it holds, on what evidence, until when. */
import { Box, Modal, Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import type { ExplainedCondition, SegmentExplanation } from "@/lib/types";
import { AsOf, Moment } from "./moment";
import { ErrorNote, Loading } from "./page";
import { Value } from "./value";

interface WhyMemberProps {
  segment: { id: string; name: string } | null;
  profileId: string | undefined;
  person?: string;
  close: () => void;
}

export function WhyMember({ segment, profileId, person, close }: WhyMemberProps) {
  return (
    <Modal opened={Boolean(segment && profileId)} onClose={close} title={segment && `${segment.name}${person ? ` · ${person}` : ""}`} size="lg">
      {segment && profileId && <Explanation segmentId={segment.id} profileId={profileId} />}
    </Modal>
  );
}

function Explanation({ segmentId, profileId }: { segmentId: string; profileId: string }) {
  const { t } = useTranslation();
  const answer = useQuery({
    queryKey: ["why", segmentId, profileId],
    queryFn: () =>
      api.post<One<SegmentExplanation>>("/api/segment-explanations", wrap("segment-explanation", { segment_id: segmentId, profile_id: profileId })),
    staleTime: 0,
  });
  if (answer.isError) return <ErrorNote error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Loading />;
  const { member, as_of, groups } = answer.data.data.attributes;
  return (
    <Box>
      <Text fw={600}>{member ? t("why.member") : t("why.notMember")}</Text>
      <AsOf at={as_of} />
      {groups.map((group, at) => (
        <Box key={at} mt="md">
          {at > 0 && (
            <Text size="xs" fw={600} c="dimmed" mb={6}>
              {t("segments.and")}
            </Text>
          )}
          {group.conditions.map((condition, index) => (
            <Box key={index} mb="xs">
              {index > 0 && (
                <Text size="xs" c="dimmed" ml={26} mb={4}>
                  {t("segments.or")}
                </Text>
              )}
              <Condition condition={condition} />
            </Box>
          ))}
        </Box>
      ))}
    </Box>
  );
}

function Condition({ condition }: { condition: ExplainedCondition }) {
  const { t } = useTranslation();
  const Icon = condition.holds ? IconCheck : IconX;
  const color = condition.holds ? "light-dark(#18704a, #5ad197)" : "var(--mantine-color-dimmed)";
  return (
    <Box style={{ display: "grid", gridTemplateColumns: "18px 1fr", gap: 8 }}>
      <Icon size={18} style={{ color }} aria-label={condition.holds ? t("why.holds") : t("why.holdsNot")} />
      <div>
        <Text>{condition.summary}</Text>
        <Text size="sm" c="dimmed" component="div">
          {condition.holds ? t("why.holds") : t("why.holdsNot")}
          {condition.value !== null && condition.value !== undefined && (
            <>
              {" · "}
              {t("why.value")} <Value value={condition.value} />
            </>
          )}
          {condition.since && (
            <>
              {" · "}
              {t("why.since")} <Moment at={condition.since} />
            </>
          )}
          {condition.until && (
            <>
              {" · "}
              {t("why.until")} <Moment at={condition.until} />
            </>
          )}
        </Text>
        {condition.evidence?.length > 0 && <Evidence rows={condition.evidence} />}
      </div>
    </Box>
  );
}

const SHOWN = 5;

function Evidence({ rows }: { rows: ExplainedCondition["evidence"] }) {
  const { t } = useTranslation();
  return (
    <ul style={{ margin: "4px 0 0", paddingLeft: 16 }}>
      {rows.slice(0, SHOWN).map((row, at) => (
        <li key={at}>
          <Text size="sm" c="dimmed" component="span" title={row.id}>
            {t(`why.${row.kind}` as "why.event", { defaultValue: row.kind })}
            {row.text && ` ${row.text.replaceAll("_", " ")}`}
            {row.at && (
              <>
                {", "}
                <Moment at={row.at} />
              </>
            )}
          </Text>
        </li>
      ))}
      {rows.length > SHOWN && (
        <li>
          <Text size="sm" c="dimmed" component="span">
            {t("why.moreEvidence", { count: rows.length - SHOWN })}
          </Text>
        </li>
      )}
    </ul>
  );
}
