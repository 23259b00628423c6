import { useTranslation } from "react-i18next";
import { useFormats } from "@/lib/session";
import classes from "./imports.module.css";

const NAMES = ["created", "updated", "unchanged", "events", "joined", "merged", "kept", "refused"] as const;

/** What an import did, or a dry run found, in numbers; what is zero is not told. */
export function Counts({ counts }: { counts: Record<string, number> }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <dl className={classes.counts}>
      {NAMES.filter((name) => counts[name]).map((name) => (
        <div key={name}>
          <dt>{t(`imports.counts.${name}`)}</dt>
          <dd className={name === "refused" ? classes.refused : undefined}>{formats.number(counts[name] ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}
