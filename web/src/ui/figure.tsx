/** One number with its name, its change, and nothing around it. */
import { Skeleton, Text } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight, IconMinus } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { change } from "@/lib/format";
import { useFormats } from "@/lib/session";
import classes from "./figure.module.css";

export function Figures({ children }: { children: ReactNode }) {
  return <dl className={classes.row}>{children}</dl>;
}

// Beyond this a percentage says only that there was next to nothing before.
const MOST = 10;

interface FigureProps {
  label: string;
  value: string | undefined;
  note?: ReactNode;
  now?: number;
  before?: number | null;
  fewerIsBetter?: boolean;
}

export function Figure({ label, value, note, now, before, fewerIsBetter }: FigureProps) {
  return (
    <div className={classes.figure}>
      <dt className={classes.label}>{label}</dt>
      <dd className={classes.value}>
        {value === undefined ? <Skeleton height={22} width={90} my={4} /> : value}
        {now !== undefined && before !== undefined && <Change now={now} before={before} fewerIsBetter={fewerIsBetter} />}
        {note && (
          <Text component="div" size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </dd>
    </div>
  );
}

function Change({ now, before, fewerIsBetter }: { now: number; before: number | null | undefined; fewerIsBetter?: boolean }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const delta = change(now, before);
  if (delta === undefined) return null;
  const Icon = delta > 0 ? IconArrowUpRight : delta < 0 ? IconArrowDownRight : IconMinus;
  const good = delta === 0 ? undefined : delta > 0 !== Boolean(fewerIsBetter);
  return (
    <span className={classes.change} data-good={good}>
      <Icon size={14} aria-hidden />
      {Math.abs(delta) > MOST ? `> ${formats.percent(MOST)}` : formats.percent(Math.abs(delta))}
      <span className="screen-reader">{delta > 0 ? t("common.more") : t("common.less")}</span>
      <span className="quiet">{t("common.versusPrevious")}</span>
    </span>
  );
}
