/** Where the people of a crowd live and what reaches them, and what they bought. */
import { Table, Text, Title } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/lib/session";
import type { SegmentMakeUp, SegmentPurchases } from "@/lib/types";
import { Figure, Figures } from "@/ui/figure";
import { shareOf, useMakeUp, usePurchases, type Crowd } from "./crowds";
import classes from "./page.module.css";
import { Panel } from "./panel";
import { Shares } from "./shares";
import { spendRows } from "./spend";

type Standings = SegmentMakeUp["email"];

export function MakeUp({ crowd }: { crowd: Crowd }) {
  const { t } = useTranslation();
  const found = useMakeUp(crowd);
  const nobody = (made: SegmentMakeUp) => (made.count ? undefined : t("segmentPage.nobody"));
  return (
    <div className={classes.three}>
      <Panel title={t("segmentPage.countries")} query={found} empty={nobody}>
        {(made) => <Countries made={made} />}
      </Panel>
      <Panel title={t("segmentPage.cities")} query={found} empty={nobody}>
        {(made) => <Cities made={made} />}
      </Panel>
      <Panel title={t("segmentPage.consent")} query={found} empty={nobody}>
        {(made) => <Consents made={made} />}
      </Panel>
    </div>
  );
}

export function Countries({ made }: { made: SegmentMakeUp }) {
  const { t } = useTranslation();
  const rows = made.countries.map((row) => ({ name: row.value || t("segmentPage.unknown"), count: row.count }));
  return <Shares label={t("segmentPage.countries")} rows={rows} whole={made.count} />;
}

export function Cities({ made }: { made: SegmentMakeUp }) {
  const { t } = useTranslation();
  const rows = made.cities.map((row) => ({ name: row.city || t("segmentPage.unknown"), note: row.country, count: row.count }));
  return <Shares label={t("segmentPage.cities")} rows={rows} whole={made.count} />;
}

const standings = (rows: Standings, t: TFunction) => rows.map((row) => ({ name: t(`segmentPage.standing_${row.value as "subscribed"}`), count: row.count }));

export function Consents({ made }: { made: SegmentMakeUp }) {
  const { t } = useTranslation();
  return (["email", "sms", "push"] as const).map((channel) => (
    <div key={channel}>
      <Text size="xs" c="dimmed" mt={channel === "email" ? 0 : "sm"}>
        {t(`segmentPage.${channel}`)}
      </Text>
      <Shares label={t(`segmentPage.${channel}`)} rows={standings(made[channel], t)} whole={made.count} />
    </div>
  ));
}

export function Spending({ crowd }: { crowd: Crowd }) {
  const { t } = useTranslation();
  const found = usePurchases(crowd);
  return (
    <div className={classes.two}>
      <Panel title={t("segmentPage.spend")} note={t("segmentPage.spendNote")} query={found} empty={(all) => (all.buyers ? undefined : t("segmentPage.nobodyBought"))}>
        {(all) => <Spend all={all} />}
      </Panel>
      <Panel
        title={t("segmentPage.products")}
        note={t("segmentPage.spendNote")}
        query={found}
        empty={(all) => (all.products.length ? undefined : all.buyers ? t("segmentPage.noProducts") : t("segmentPage.nobodyBought"))}
      >
        {(all) => <Products all={all} />}
      </Panel>
    </div>
  );
}

function Spend({ all }: { all: SegmentPurchases }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const money = (value: number) => formats.money(value, all.currency);
  return (
    <>
      <Figures>
        <Figure label={t("segmentPage.total")} value={money(all.total)} />
        <Figure label={t("segmentPage.buyers")} value={formats.number(all.buyers)} note={formats.percent(shareOf(all.buyers, all.count))} />
        <Figure label={t("segmentPage.orders")} value={formats.number(all.orders)} />
        <Figure label={t("segmentPage.perMember")} value={money(all.count ? all.total / all.count : 0)} />
        <Figure label={t("segmentPage.perOrder")} value={money(all.orders ? all.total / all.orders : 0)} />
        <Figure label={t("segmentPage.median")} value={money(all.median)} />
      </Figures>
      <Title order={3} size="h5" mb={4}>
        {t("segmentPage.distribution")}
      </Title>
      <Distribution all={all} />
    </>
  );
}

export function Distribution({ all }: { all: SegmentPurchases }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return <Shares label={t("segmentPage.distribution")} rows={spendRows(all, (edge) => formats.moneyShort(edge, all.currency), t)} whole={all.count} />;
}

export function Products({ all }: { all: SegmentPurchases }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Table.ScrollContainer minWidth={340}>
      <Table verticalSpacing={6} horizontalSpacing={0} aria-label={t("segmentPage.products")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("segmentPage.product")}</Table.Th>
            <Table.Th className="figure">{t("segmentPage.buyers")}</Table.Th>
            <Table.Th className="figure">{t("segmentPage.pieces")}</Table.Th>
            <Table.Th className="figure">{t("segmentPage.value")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {all.products.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Td>{row.name}</Table.Td>
              <Table.Td className="figure">{formats.number(row.buyers)}</Table.Td>
              <Table.Td className="figure">{formats.number(row.quantity)}</Table.Td>
              <Table.Td className="figure">{formats.money(row.value, all.currency)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
