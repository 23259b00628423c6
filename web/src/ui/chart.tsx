/** A chart that can be checked: axis, unit, the same numbers as a table, and CSV. */
import { ActionIcon, Group, SegmentedControl, Skeleton, Table, Text, Title, Tooltip } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { csv, download } from "@/lib/csv";
import { tick, type Interval } from "@/lib/period";
import { useFormats } from "@/lib/session";

const Plot = lazy(() => import("./plot"));

export interface Series {
  name: string;
  values: (number | null)[];
  color: string;
}

/** Colours for things that stand side by side, far apart for the colour-blind, too. */
export const PALETTE = ["accent.6", "indigo.6", "orange.6", "grape.6", "cyan.7", "pink.6", "lime.8", "gray.6"];

interface ChartProps {
  title: string;
  dates: string[];
  interval: Interval;
  series: Series[];
  kind?: "area" | "bar" | "line";
  stacked?: boolean;
  format: (value: number) => string;
  formatTick?: (value: number) => string;
  height?: number;
  note?: ReactNode;
  controls?: ReactNode;
  fileName: string;
}

export function Chart(props: ChartProps) {
  const { title, dates, series, interval, note, controls, fileName, height = 240 } = props;
  const { t } = useTranslation();
  const formats = useFormats();
  const [view, setView] = useState("chart");
  const save = () => {
    const rows = dates.map((date, at) => [date, ...series.map((line) => line.values[at])]);
    download(`${fileName}.csv`, csv([t("common.date"), ...series.map((line) => line.name)], rows));
  };
  const points = dates.map((date, at) => ({
    at: tick(date, interval, formats.timezone),
    ...Object.fromEntries(series.map((line) => [line.name, line.values[at] ?? 0])),
  }));
  return (
    <section aria-label={title}>
      <Group justify="space-between" mb="xs" gap="xs">
        <Group gap="sm" align="baseline">
          <Title order={2}>{title}</Title>
          {note}
        </Group>
        <Group gap="xs">
          {controls}
          <SegmentedControl
            size="xs"
            value={view}
            onChange={setView}
            data={[
              { value: "chart", label: t("common.chart") },
              { value: "table", label: t("common.table") },
            ]}
          />
          <Tooltip label={t("common.csv")}>
            <ActionIcon variant="subtle" color="gray" onClick={save} aria-label={t("common.csv")}>
              <IconDownload size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      {view === "chart" ? (
        <Suspense fallback={<Skeleton height={height} />}>
          <Plot {...props} points={points} height={height} />
        </Suspense>
      ) : (
        <NumbersTable {...props} />
      )}
    </section>
  );
}

function NumbersTable({ dates, series, interval, format, height = 240 }: ChartProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (!dates.length) return <Text c="dimmed">{t("common.nothingYet")}</Text>;
  return (
    <Table.ScrollContainer minWidth={320} mah={height + 40} style={{ overflowY: "auto" }} tabIndex={0}>
      <Table stickyHeader verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("common.date")}</Table.Th>
            {series.map((line) => (
              <Table.Th key={line.name} className="figure">
                {line.name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {dates.map((date, at) => (
            <Table.Tr key={date}>
              <Table.Td>{tick(date, interval, formats.timezone)}</Table.Td>
              {series.map((line) => (
                <Table.Td key={line.name} className="figure">
                  {format(line.values[at] ?? 0)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
