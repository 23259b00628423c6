/** While a segment is built: how far it is, and how long it will take. */
import { Box, Progress, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/lib/session";
import type { SegmentAttributes } from "@/lib/types";
import { buildProgress, duration } from "./progress";

const BEAT = 250;

export function BuildState({ segment }: { segment: SegmentAttributes }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const now = useNow(BEAT);
  const { building, updated } = segment;
  if (!building) return null;
  const share = buildProgress(updated, building.seconds, now);
  const words = { percent: formats.percent(Math.round(share * 100) / 100), left: duration(building.seconds, t) };
  return (
    <Box maw={480} mb="md" role="status">
      <Progress value={100 * share} size="sm" aria-label={t("segmentPage.progress")} />
      <Text size="sm" c="dimmed" mt={4}>
        {building.ahead > 0 ? t("segmentPage.buildingAhead", { ...words, count: building.ahead }) : t("segmentPage.buildingNow", words)}
      </Text>
    </Box>
  );
}

function useNow(every: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
