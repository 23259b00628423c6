/** Thirty small bars: whether a metric is alive, at a glance. */
export function Sparkline({ values, label }: { values: number[]; label: string }) {
  const most = Math.max(...values, 1);
  return (
    <svg width={values.length * 4} height={22} role="img" aria-label={label} style={{ display: "block", marginLeft: "auto" }}>
      {values.map((value, at) => {
        const height = value ? Math.max((value / most) * 20, 2) : 1;
        return <rect key={at} x={at * 4} y={22 - height} width={3} height={height} fill={value ? "var(--mantine-primary-color-filled)" : "var(--mantine-color-default-border)"} />;
      })}
    </svg>
  );
}
