/** Consent of everybody together: growth per channel, the means behind it, and who gets nothing. */
import { Button, Select, Table, Text, Title } from "@mantine/core";
import { IconSettings } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { channelName, methodName, reasonName } from "@/lib/consent-words";
import { useFormats } from "@/lib/session";
import type { ConsentReport } from "@/lib/types";
import { Chart } from "@/ui/chart";
import { Figure, Figures } from "@/ui/figure";
import { AsOf } from "@/ui/moment";
import { ErrorNote, Page } from "@/ui/page";
import { PeriodPicker, periodOf } from "@/ui/period-picker";
import { daily } from "./growth";

const REFRESH = 30_000;
const EMAIL = "email.marketing";

export function ConsentPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const search: { period?: string } = useSearch({ strict: false });
  const period = periodOf(search.period, formats.timezone);
  const [channel, setChannel] = useState(EMAIL);
  const report = useQuery({
    queryKey: ["consent", period],
    queryFn: () => api.post<One<ConsentReport>>("/api/consent-reports", wrap("consent-report", period)),
    refetchInterval: REFRESH,
    placeholderData: keepPreviousData,
  });
  const told = report.data?.data.attributes;
  const growth = daily(told, channel);
  const standing = told?.channels.find((row) => row.channel === channel);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const stopped = told?.suppressions.filter((row) => !row.of_list && row.reason !== "UNSUBSCRIBE").reduce((total, row) => total + row.count, 0);
  const show = (value: number | undefined) => (told ? formats.number(value ?? 0) : undefined);
  const channels = [...new Set([EMAIL, "sms.marketing", ...(told?.channels ?? []).map((row) => row.channel)])];
  return (
    <Page
      title={t("consent.title")}
      note={t("consentPage.intro")}
      actions={
        <>
          <PeriodPicker value={search.period ?? "30d"} onChange={(value) => void navigate({ to: "/consent", search: { period: value } })} />
          <Button component={Link} to="/settings/consent" variant="default" leftSection={<IconSettings size={16} />}>
            {t("consentPage.settings")}
          </Button>
        </>
      }
    >
      {report.isError && <ErrorNote error={report.error} retry={() => void report.refetch()} />}
      <div className="section">
        <Figures>
          <Figure label={t("consentPage.subscribed")} value={show(standing?.subscribed)} note={channelName(t, channel)} />
          <Figure label={t("consentPage.unsubscribed")} value={show(standing?.unsubscribed)} />
          <Figure label={t("consentPage.netGrowth")} value={told && signed(sum(growth.net), formats.number)} />
          <Figure label={t("consentPage.suppressedNow")} value={show(stopped)} note={t("consentPage.besidesUnsubscribed")} />
        </Figures>
        <Chart
          title={t("consentPage.growth")}
          note={<AsOf at={told?.as_of ?? report.dataUpdatedAt} />}
          controls={
            <Select
              size="xs"
              aria-label={t("consentPage.channel")}
              allowDeselect={false}
              value={channel}
              onChange={(value) => value && setChannel(value)}
              data={channels.map((value) => ({ value, label: channelName(t, value) }))}
            />
          }
          dates={growth.dates}
          interval="day"
          kind="line"
          series={[
            { name: t("consentPage.subscribed"), values: growth.subscribed, color: "accent.6" },
            { name: t("consentPage.unsubscribed"), values: growth.unsubscribed, color: "orange.6" },
            { name: t("consentPage.net"), values: growth.net, color: "gray.6" },
          ]}
          format={formats.number}
          fileName="consent"
        />
      </div>
      <div className="section" style={{ display: "grid", gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 340px), 1fr))", gap: 40 }}>
        <Methods told={told} />
        <Suppressions told={told} />
        <Standing told={told} />
      </div>
    </Page>
  );
}

const signed = (value: number, format: (value: number) => string) => (value > 0 ? `+${format(value)}` : format(value));

function Methods({ told }: { told: ConsentReport | undefined }) {
  const { t } = useTranslation();
  const rows = (told?.methods ?? []).map((row) => [`${methodName(t, row.method)}`, channelName(t, row.channel), row.subscribed, row.unsubscribed]);
  return <Numbers title={t("consentPage.methods")} heads={[t("consentPage.method"), t("consentPage.channel"), t("consentPage.subscribed"), t("consentPage.unsubscribed")]} rows={rows} empty={t("consentPage.noMethods")} />;
}

function Suppressions({ told }: { told: ConsentReport | undefined }) {
  const { t } = useTranslation();
  const rows = (told?.suppressions ?? []).map((row) => [row.of_list ? `${reasonName(t, row.reason)} (${t("consentPage.ofList")})` : reasonName(t, row.reason), row.count]);
  return <Numbers title={t("consentPage.suppressions")} heads={[t("consentPage.reason"), t("consentPage.people")]} rows={rows} empty={t("consentPage.noSuppressions")} />;
}

function Standing({ told }: { told: ConsentReport | undefined }) {
  const { t } = useTranslation();
  const rows = (told?.channels ?? []).map((row) => [channelName(t, row.channel), row.subscribed, row.unsubscribed]);
  return <Numbers title={t("consentPage.channels")} heads={[t("consentPage.channel"), t("consentPage.subscribed"), t("consentPage.unsubscribed")]} rows={rows} empty={t("consentPage.noChannels")} />;
}

function Numbers({ title, heads, rows, empty }: { title: string; heads: string[]; rows: (string | number)[][]; empty: string }) {
  const formats = useFormats();
  return (
    <section aria-label={title}>
      <Title order={2} mb={4}>
        {title}
      </Title>
      {rows.length ? (
        <Table horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              {heads.map((head, at) => (
                <Table.Th key={head} className={typeof rows[0]?.[at] === "number" ? "figure" : undefined}>
                  {head}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.join()}>
                {row.map((cell, at) => (
                  <Table.Td key={heads[at]} className={typeof cell === "number" ? "figure" : undefined}>
                    {typeof cell === "number" ? formats.number(cell) : cell}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : (
        <Text c="dimmed">{empty}</Text>
      )}
    </section>
  );
}
