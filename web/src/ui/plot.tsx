import { AreaChart, BarChart, LineChart } from "@mantine/charts";
import "@mantine/charts/styles.css";
import type { Series } from "./chart";

interface PlotProps {
  points: Record<string, string | number>[];
  series: Series[];
  kind?: "area" | "bar" | "line";
  stacked?: boolean;
  format: (value: number) => string;
  formatTick?: (value: number) => string;
  height: number;
  title: string;
}

export default function Plot({ points, series, kind = "area", stacked, format, formatTick, height, title }: PlotProps) {
  const common = {
    h: height,
    data: points,
    dataKey: "at",
    series: series.map((line) => ({ name: line.name, color: line.color })),
    valueFormatter: format,
    withLegend: series.length > 1,
    legendProps: { verticalAlign: "bottom" as const, height: 28 },
    gridAxis: "x" as const,
    tickLine: "none" as const,
    strokeDasharray: "0",
    xAxisProps: { minTickGap: 36, tickMargin: 8 },
    yAxisProps: { width: 56, tickFormatter: formatTick ?? format },
    "aria-label": title,
    role: "img",
  };
  if (kind === "bar") return <BarChart {...common} type={stacked ? "stacked" : "default"} maxBarWidth={28} />;
  if (kind === "line") return <LineChart {...common} curveType="linear" withDots={points.length < 15} strokeWidth={1.75} />;
  return (
    <AreaChart {...common} curveType="linear" withDots={false} strokeWidth={1.75} fillOpacity={0.12} type={stacked ? "stacked" : "default"} />
  );
}
