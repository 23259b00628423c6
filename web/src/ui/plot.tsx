import { AreaChart, BarChart, LineChart } from "@mantine/charts";
import "@mantine/core/styles/ColorSwatch.css";
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
    // The library passes more than the value; a format must not take an index for a currency.
    valueFormatter: (value: number) => format(value),
    withLegend: series.length > 1,
    // The legend's own padding counts: in less it hangs out at the bottom.
    legendProps: { verticalAlign: "bottom" as const, height: 44 },
    gridAxis: "x" as const,
    tickLine: "none" as const,
    strokeDasharray: "0",
    xAxisProps: { minTickGap: 36, tickMargin: 8 },
    yAxisProps: { width: 56, tickFormatter: (value: number) => (formatTick ?? format)(value) },
    "aria-label": title,
    role: "img",
  };
  if (kind === "bar") return <BarChart {...common} type={stacked ? "stacked" : "default"} maxBarWidth={28} />;
  if (kind === "line") return <LineChart {...common} curveType="linear" withDots={points.length < 15} strokeWidth={1.75} />;
  return (
    <AreaChart {...common} curveType="linear" withDots={false} strokeWidth={1.75} fillOpacity={0.12} type={stacked ? "stacked" : "default"} />
  );
}
