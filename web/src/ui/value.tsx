/** Any JSON value as a person would want to read it. */
import { Anchor, Code } from "@mantine/core";

export function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined || value === "") return <span className="quiet">–</span>;
  if (typeof value === "boolean") return <>{value ? "true" : "false"}</>;
  if (typeof value === "string" && /^https?:\/\//.test(value)) {
    return (
      <Anchor href={value} target="_blank" rel="noreferrer noopener" inherit>
        {value}
      </Anchor>
    );
  }
  if (typeof value === "string" || typeof value === "number") return <>{String(value)}</>;
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return <>{value.join(", ")}</>;
  return (
    <Code block style={{ maxHeight: 240 }}>
      {JSON.stringify(value, null, 2)}
    </Code>
  );
}
