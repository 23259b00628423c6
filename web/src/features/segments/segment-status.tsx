import { useTranslation } from "react-i18next";
import type { SegmentAttributes } from "@/lib/types";
import { Status } from "@/ui/status";

export function SegmentStatus({ segment }: { segment: SegmentAttributes }) {
  const { t } = useTranslation();
  if (!segment.is_active) return <Status tone="idle">{t("segments.inactive")}</Status>;
  if (segment.is_processing) return <Status tone="busy">{t("segments.building")}</Status>;
  return <Status tone="good">{t("segments.live")}</Status>;
}
