import { Button, Group, Select } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { useRevenueMetric, useRows } from "@/lib/collections";
import { both, contains, equals } from "@/lib/filter";
import { useCampaignStatistics } from "@/lib/reports";
import { useFormats } from "@/lib/session";
import type { CampaignAttributes, CampaignStatistics } from "@/lib/types";
import { DataTable, type Column } from "@/ui/data-table";
import { AsOf, Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { SearchBox } from "@/ui/search-box";
import { CampaignStatus, STATUSES } from "./campaign-status";
import { CreateCampaign } from "./create-campaign";

type Row = Resource<CampaignAttributes>;

function useColumns(statistics: Record<string, Partial<CampaignStatistics>> | undefined): Column<Row>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  return useMemo(() => {
    const figure = (id: string, header: string, show: (numbers: Partial<CampaignStatistics>) => string, width = 100): Column<Row> => ({
      id,
      header,
      meta: { align: "right", width },
      cell: ({ row }) => {
        const numbers = statistics?.[row.original.id];
        return numbers ? show(numbers) : "–";
      },
    });
    return [
      { id: "name", header: t("campaigns.name"), meta: { phone: true, sort: "name" }, cell: ({ row }) => row.original.attributes.name },
      { id: "status", header: t("campaigns.status"), meta: { width: 150, phone: true }, cell: ({ row }) => <CampaignStatus status={row.original.attributes.status} /> },
      {
        id: "when",
        header: t("campaigns.when"),
        meta: { width: 170, sort: "scheduled_at" },
        cell: ({ row }) => <Moment at={row.original.attributes.send_time ?? row.original.attributes.scheduled_at} />,
      },
      figure("recipients", t("campaigns.recipients"), (numbers) => formats.number(numbers.recipients)),
      figure("opens", t("campaigns.openRate"), (numbers) => formats.percent(numbers.open_rate), 80),
      figure("clicks", t("campaigns.clickRate"), (numbers) => formats.percent(numbers.click_rate), 80),
      figure("revenue", t("campaigns.revenue"), (numbers) => formats.money(numbers.conversion_value), 120),
    ];
  }, [t, formats, statistics]);
}

export function CampaignsPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  // Whoever comes from a segment's page wants a campaign to it.
  const [creating, create] = useDisclosure(Boolean(search.audience));
  const revenue = useRevenueMetric();
  const statistics = useCampaignStatistics(revenue);
  const sort = search.sort ?? "-updated_at";
  const campaigns = useRows<CampaignAttributes>(
    ["campaigns"],
    "/api/campaigns",
    {
      filter: both(
        equals("messages.channel", "email"),
        search.search && contains("name", search.search),
        search.status && equals("status", search.status),
      ),
      sort,
      "page[size]": 50,
    },
    { refetchInterval: 10_000 },
  );
  const columns = useColumns(statistics.data);
  const set = (change: { search?: string; sort?: string; status?: string }) =>
    void navigate({ to: "/campaigns", replace: true, search: { search: search.search, sort: search.sort, status: search.status, ...change } });
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={create.open}>
      {t("campaigns.create")}
    </Button>
  );
  const filtered = Boolean(search.search || search.status);
  return (
    <Page fill title={t("nav.campaigns")} actions={button}>
      <Group mb="xs" gap="xs">
        <SearchBox label={t("campaigns.search")} value={search.search ?? ""} onChange={(text) => set({ search: text || undefined })} />
        <Select
          aria-label={t("campaigns.status")}
          placeholder={t("campaigns.anyStatus")}
          clearable
          w={160}
          value={search.status ?? null}
          onChange={(status) => set({ status: status ?? undefined })}
          data={STATUSES}
        />
        <AsOf at={statistics.dataUpdatedAt || campaigns.asOf || undefined} />
      </Group>
      {campaigns.error ? (
        <ErrorNote error={campaigns.error} retry={campaigns.retry} />
      ) : (
        <DataTable
          name="campaigns"
          label={t("nav.campaigns")}
          columns={columns}
          rows={campaigns.rows}
          rowId={(row) => row.id}
          sort={sort}
          onSort={(next) => set({ sort: next })}
          onOpen={(row) => void navigate({ to: "/campaigns/$id", params: { id: row.id } })}
          onEnd={campaigns.more}
          loading={campaigns.loading}
          loadingMore={campaigns.loadingMore}
          empty={
            filtered ? (
              <Empty title={t("campaigns.noneFound")} />
            ) : (
              <Empty title={t("campaigns.none")} action={button}>
                {t("campaigns.noneHint")}
              </Empty>
            )
          }
        />
      )}
      <CreateCampaign opened={creating} close={create.close} audience={search.audience} />
    </Page>
  );
}
