/** The three pages of metrics, one beside the other. */
import { Tabs } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

const PAGES = { metrics: "/analytics/metrics", custom: "/analytics/custom-metrics", mapped: "/analytics/mapped-metrics" } as const;

export function MetricTabs({ value }: { value: keyof typeof PAGES }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Tabs value={value} onChange={(next) => next && void navigate({ to: PAGES[next as keyof typeof PAGES] })} mb="md" activateTabWithKeyboard={false}>
      <Tabs.List>
        {Object.keys(PAGES).map((page) => (
          <Tabs.Tab key={page} value={page}>
            {t(`metrics.tab_${page as keyof typeof PAGES}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
