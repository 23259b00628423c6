/** How many people this segment shares with others, each pair a figure that leads to the two of them side by side. */
import { MultiSelect, Skeleton, Table, Text, Tooltip } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSegments } from "@/lib/collections";
import { useFormats } from "@/lib/session";
import type { SegmentOverlap } from "@/lib/types";
import { AsOf } from "@/ui/moment";
import { Empty, ErrorNote } from "@/ui/page";
import { shareOf, useOverlap } from "./crowds";
import classes from "./page.module.css";
import { asText, idsOf } from "./search";

const MOST = 6;

interface OverlapProps {
  id: string;
  others: string | undefined;
  choose: (others: string | undefined) => void;
}

export function Overlap({ id, others, choose }: OverlapProps) {
  const { t } = useTranslation();
  const segments = useSegments();
  const options = useMemo(
    () => (segments.data ?? []).filter((row) => row.id !== id).map((row) => ({ value: row.id, label: row.attributes.name })),
    [segments.data, id],
  );
  const known = new Set(options.map((option) => option.value));
  const chosen = idsOf(others, MOST - 1).filter((one) => one !== id && (!segments.data || known.has(one)));
  const found = useOverlap(segments.data ? [id, ...chosen] : []);
  return (
    <>
      <MultiSelect
        label={t("segmentPage.overlapWith")}
        placeholder={chosen.length ? undefined : t("segmentPage.overlapChoose", { count: MOST - 1 })}
        description={t("segmentPage.overlapHint")}
        data={options}
        value={chosen}
        onChange={(next) => choose(asText(next))}
        maxValues={MOST - 1}
        searchable
        clearable
        hidePickedOptions
        maw={860}
        mb="lg"
      />
      {chosen.length === 0 ? (
        <Empty title={t("segmentPage.overlapNone")}>{t("segmentPage.overlapNoneHint")}</Empty>
      ) : found.isError ? (
        <ErrorNote error={found.error} retry={() => void found.refetch()} />
      ) : found.data ? (
        <Matrix found={found.data} />
      ) : (
        <Skeleton height={48 * (chosen.length + 2)} maw={860} />
      )}
    </>
  );
}

function Matrix({ found }: { found: SegmentOverlap }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <>
      <Table.ScrollContainer minWidth={200} tabIndex={0}>
        <table className={classes.matrix} aria-label={t("segmentPage.overlapTable")}>
          <thead>
            <tr>
              <td />
              {found.names.map((name, at) => (
                <th key={found.segment_ids[at]} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {found.segment_ids.map((row, at) => (
              <tr key={row}>
                <th scope="row">{found.names[at]}</th>
                {found.segment_ids.map((column, other) => (
                  <td key={column}>
                    <Cell found={found} row={at} column={other} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Table.ScrollContainer>
      <Text size="sm" mt="sm">
        {t("segmentPage.anybody", { count: found.anybody, number: formats.number(found.anybody) })} <AsOf at={found.as_of} />
      </Text>
    </>
  );
}

function Cell({ found, row, column }: { found: SegmentOverlap; row: number; column: number }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const count = found.shared[row]?.[column] ?? 0;
  const share = shareOf(count, found.shared[row]?.[row] ?? 0);
  const style = { "--strength": `${row === column ? 0 : Math.round(45 * (share ?? 0))}%` } as React.CSSProperties;
  if (row === column) {
    return (
      <Link to="/segments/$id" params={{ id: found.segment_ids[row] ?? "" }} className={classes.cell} style={style}>
        {formats.number(count)}
        <small className="quiet">{t("segments.membersNote")}</small>
      </Link>
    );
  }
  return (
    <Tooltip label={t("segmentPage.ofRow", { percent: formats.percent(share), name: found.names[row] ?? "" })}>
      <Link to="/segments/compare" search={{ left: found.segment_ids[row], right: found.segment_ids[column] }} className={classes.cell} style={style}>
        {formats.number(count)}
        <small>{formats.percent(share)}</small>
      </Link>
    </Tooltip>
  );
}
