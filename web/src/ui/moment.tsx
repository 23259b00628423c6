/** Moments as people say them, with the exact instant on hover, and the age of figures. */
import { Tooltip } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/lib/session";

export function Moment({ at, as = "moment" }: { at: string | null | undefined; as?: "moment" | "ago" | "date" | "time" }) {
  const formats = useFormats();
  if (!at) return <span className="quiet">–</span>;
  return (
    <Tooltip label={formats.exact(at)}>
      <time dateTime={at}>{formats[as](at)}</time>
    </Tooltip>
  );
}

/** "as of 14:03:22": how old a figure is, kept true while the page stays open. */
export function AsOf({ at }: { at: string | number | null | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const [, setBeat] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setBeat((beat) => beat + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  if (!at) return null;
  const date = new Date(at);
  return (
    <Tooltip label={formats.exact(date)}>
      <span className="quiet" style={{ fontSize: 12 }}>
        {t("common.asOf", { ago: formats.ago(date) })}
      </span>
    </Tooltip>
  );
}
