/** Chooses a metric by its name. One that is gone keeps its id, so that nothing is lost. */
import { Select } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useMetrics } from "@/lib/collections";
import { useRefused } from "./problems";

export function MetricPicker({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const { t } = useTranslation();
  const refused = useRefused();
  const metrics = useMetrics().data;
  const options = useMemo(() => {
    const known = (metrics ?? []).map((metric) => ({ value: metric.id, label: metric.attributes.name })).sort((a, b) => a.label.localeCompare(b.label));
    return value && metrics && !known.some((one) => one.value === value) ? [...known, { value, label: value }] : known;
  }, [metrics, value]);
  return (
    <Select
      w={200}
      aria-label={t("segments.metric")}
      placeholder={t("segments.chooseMetric")}
      nothingFoundMessage={t("builder.noMetric")}
      searchable
      allowDeselect={false}
      maxDropdownHeight={320}
      value={value || null}
      error={refused("metric_id")}
      onChange={(id) => id && id !== value && onChange(id)}
      data={options}
    />
  );
}
