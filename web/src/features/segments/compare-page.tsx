/** Two segments side by side. Which ones is in the address, so that a comparison can be passed on. */
import { ActionIcon, Select, Skeleton, Table, Title, Tooltip } from "@mantine/core";
import { IconArrowsLeftRight } from "@tabler/icons-react";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSegments } from "@/lib/collections";
import { useFormats } from "@/lib/session";
import type { SegmentMakeUp, SegmentPurchases } from "@/lib/types";
import { AsOf } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { countsOf, PARTS, type Pair, type Part } from "./compare";
import { MakeSegment } from "./make-segment";
import { shareOf, useMakeUp, useOverlap, usePurchases } from "./page/crowds";
import { Cities, Consents, Countries, Distribution, Products } from "./page/make-up";
import classes from "./page/page.module.css";
import { Panel } from "./page/panel";

const COLORS: Record<Part, string> = {
  onlyLeft: "var(--mantine-color-indigo-5)",
  both: "var(--mantine-color-accent-6)",
  onlyRight: "var(--mantine-color-orange-5)",
};

export function CompareSegmentsPage() {
  const { t } = useTranslation();
  const { left, right } = useSearch({ strict: false });
  return (
    <Page title={t("compare.title")} note={t("compare.intro")} back={{ to: "/segments", label: t("nav.segments") }}>
      <Chooser left={left} right={right} />
      {!left || !right ? (
        <Empty title={t("compare.nothing")}>{t("compare.nothingHint")}</Empty>
      ) : left === right ? (
        <Empty title={t("compare.same")} />
      ) : (
        <Comparison pair={{ left, right }} />
      )}
    </Page>
  );
}

function Chooser({ left, right }: Partial<Pair>) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const segments = useSegments();
  const data = (segments.data ?? []).map((row) => ({ value: row.id, label: row.attributes.name }));
  const set = (search: Partial<Pair>) => void navigate({ to: "/segments/compare", replace: true, search });
  const shared = { data, searchable: true, placeholder: t("compare.choose"), allowDeselect: false, nothingFoundMessage: t("palette.nothing") };
  return (
    <div className={classes.chooser}>
      <Select {...shared} label={t("compare.left")} value={left ?? null} onChange={(id) => set({ left: id ?? undefined, right })} />
      <Tooltip label={t("compare.swap")}>
        <ActionIcon variant="default" size={36} aria-label={t("compare.swap")} onClick={() => set({ left: right, right: left })}>
          <IconArrowsLeftRight size={16} />
        </ActionIcon>
      </Tooltip>
      <Select {...shared} label={t("compare.right")} value={right ?? null} onChange={(id) => set({ left, right: id ?? undefined })} />
    </div>
  );
}

function Comparison({ pair }: { pair: Pair }) {
  const { t } = useTranslation();
  const found = useOverlap([pair.left, pair.right]);
  if (found.isError) return <ErrorNote error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton height={180} />;
  const [leftName = "", rightName = ""] = found.data.names;
  const names: Record<Part, string> = {
    onlyLeft: t("compare.onlyLeft", { name: leftName }),
    both: t("compare.both"),
    onlyRight: t("compare.onlyRight", { name: rightName }),
  };
  const counts = countsOf(found.data);
  return (
    <>
      <Title order={2} mb="xs">
        {t("compare.areas")} <AsOf at={found.data.as_of} />
      </Title>
      <div className={classes.proportions} aria-hidden>
        {PARTS.filter((part) => counts[part] > 0).map((part) => (
          <span key={part} style={{ flexGrow: counts[part], background: COLORS[part] }} />
        ))}
      </div>
      <div className={classes.areas}>
        {PARTS.map((part) => (
          <Area key={part} part={part} pair={pair} name={names[part]} count={counts[part]} whole={found.data.anybody} titles={[leftName, rightName]} />
        ))}
      </div>
      <Differences pair={pair} names={[leftName, rightName]} />
    </>
  );
}

interface AreaProps {
  part: Part;
  pair: Pair;
  name: string;
  count: number;
  whole: number;
  titles: [string, string];
}

function Area({ part, pair, name, count, whole, titles }: AreaProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <section className={classes.area} aria-label={name}>
      <div>
        <span className={classes.mark} style={{ background: COLORS[part] }} aria-hidden />
        {name}
      </div>
      <div className={classes.count}>{formats.number(count)}</div>
      <div className="quiet">
        {formats.percent(shareOf(count, whole))} {t("compare.ofBoth", { number: formats.number(whole) })}
      </div>
      <MakeSegment part={part} pair={pair} titles={titles} />
    </section>
  );
}

/** What the people of the one have that those of the other have not. */
function Differences({ pair, names }: { pair: Pair; names: [string, string] }) {
  const { t } = useTranslation();
  const sides = [useSide(pair.left), useSide(pair.right)] as const;
  const made = sides.map((side) => side.made);
  const nobody = (all: SegmentMakeUp) => (all.count ? undefined : t("segmentPage.nobody"));
  const nothing = (all: SegmentPurchases) => (all.buyers ? undefined : t("segmentPage.nobodyBought"));
  return (
    <>
      <div className={`section ${classes.block}`}>
        <Figures sides={sides.map((side) => ({ made: side.made.data, bought: side.bought.data })) as [Side, Side]} pair={pair} names={names} />
      </div>
      {(["countries", "cities", "consent"] as const).map((what) => (
        <div key={what} className={`section ${classes.block}`}>
          <div className={classes.two}>
            {made.map((query, at) => (
              <Panel key={at} title={t(`segmentPage.${what}`)} note={names[at]} query={query} empty={nobody}>
                {(all) => (what === "countries" ? <Countries made={all} /> : what === "cities" ? <Cities made={all} /> : <Consents made={all} />)}
              </Panel>
            ))}
          </div>
        </div>
      ))}
      {(["distribution", "products"] as const).map((what) => (
        <div key={what} className={`section ${classes.block}`}>
          <div className={classes.two}>
            {sides.map(({ bought }, at) => (
              <Panel key={at} title={t(`segmentPage.${what}`)} note={names[at]} query={bought} empty={nothing}>
                {(all) => (what === "distribution" ? <Distribution all={all} /> : <Products all={all} />)}
              </Panel>
            ))}
          </div>
        </div>
      ))}
    </>
  );
}

function useSide(id: string) {
  return { made: useMakeUp({ within: [id] }), bought: usePurchases({ within: [id] }) };
}

interface Side {
  made: SegmentMakeUp | undefined;
  bought: SegmentPurchases | undefined;
}

function Figures({ sides, pair, names }: { sides: [Side, Side]; pair: Pair; names: [string, string] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const subscribed = (all: SegmentMakeUp) => all.email.find((row) => row.value === "subscribed")?.count ?? 0;
  const money = (value: number, all: SegmentPurchases) => formats.money(value, all.currency);
  const rows: [string, (side: Side) => string | undefined][] = [
    [t("compare.members"), ({ made }) => made && formats.number(made.count)],
    [t("compare.canEmail"), ({ made }) => made && formats.percent(shareOf(subscribed(made), made.count))],
    [t("compare.buyersShare"), ({ bought }) => bought && formats.percent(shareOf(bought.buyers, bought.count))],
    [t("segmentPage.total"), ({ bought }) => bought && money(bought.total, bought)],
    [t("segmentPage.perMember"), ({ bought }) => bought && money(bought.count ? bought.total / bought.count : 0, bought)],
    [t("segmentPage.perOrder"), ({ bought }) => bought && money(bought.orders ? bought.total / bought.orders : 0, bought)],
    [t("segmentPage.products"), ({ bought }) => bought && (bought.products[0]?.name ?? "–")],
  ];
  const ids = [pair.left, pair.right];
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table verticalSpacing={6} horizontalSpacing="xs" maw={860} aria-label={t("compare.figures")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("compare.figures")}</Table.Th>
            {names.map((name, at) => (
              <Table.Th key={ids[at]} ta="right">
                <Link to="/segments/$id" params={{ id: ids[at] ?? "" }} className="plain">
                  {name}
                </Link>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([label, of]) => (
            <Table.Tr key={label}>
              <Table.Td>{label}</Table.Td>
              {sides.map((side, at) => (
                <Table.Td key={ids[at]} ta="right">
                  {of(side) ?? <Skeleton height={12} width={60} ml="auto" />}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
