/** While a segment is built: how far it is, how long it will take, and why it has its place among others. */
import { Box, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/lib/session";
import type { SegmentAttributes } from "@/lib/types";
import { duration } from "./progress";

export function BuildState({ building }: { building: NonNullable<SegmentAttributes["building"]> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { ahead, percent, reason, seconds } = building;
  const words = { percent: formats.percent(percent / 100), left: duration(seconds, t) };
  return (
    <Box maw={480} mb="md" role="status">
      <Progress value={percent} size="sm" animated={ahead === 0} aria-label={t("segmentPage.progress")} />
      <Text size="sm" c="dimmed" mt={4}>
        {ahead > 0 ? t("segmentPage.buildingAhead", { ...words, count: ahead }) : t("segmentPage.buildingNow", words)}
        {reason !== "oldest" && ` ${t(`segmentPage.built_${reason as "campaign"}`)}`}
      </Text>
    </Box>
  );
}
