import { Anchor, Button, Group, Table } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useFormats } from "@/lib/session";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { Status } from "@/ui/status";
import { WebhookForm } from "./webhook-form";
import { howIs, topicsOf, webhooksQuery, type Webhook } from "./webhooks";

export function WebhooksPage() {
  const { t } = useTranslation();
  const [creating, create] = useDisclosure();
  const webhooks = useQuery(webhooksQuery);
  const rows = webhooks.data?.data ?? [];
  const button = (
    <Button leftSection={<IconPlus size={16} />} onClick={create.open}>
      {t("webhooks.create")}
    </Button>
  );
  return (
    <Page title={t("nav.webhooks")} note={t("webhooks.intro")} actions={button}>
      {webhooks.isError && <ErrorNote error={webhooks.error} retry={() => void webhooks.refetch()} />}
      {webhooks.isPending && <Loading />}
      {webhooks.data && !rows.length && (
        <Empty title={t("webhooks.none")} action={button}>
          {t("webhooks.noneHint")}
        </Empty>
      )}
      {rows.length > 0 && <WebhookTable rows={rows} />}
      <WebhookForm opened={creating} close={create.close} />
    </Page>
  );
}

function WebhookTable({ rows }: { rows: Webhook[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th pl={0}>{t("webhooks.name")}</Table.Th>
            <Table.Th>{t("webhooks.status")}</Table.Th>
            <Table.Th>{t("webhooks.url")}</Table.Th>
            <Table.Th>{t("webhooks.topics")}</Table.Th>
            <Table.Th>{t("webhooks.last")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => {
            const [tone, word] = howIs(row, t, formats.ago);
            const topics = topicsOf(row);
            const last = row.attributes.health?.last_delivered_at;
            return (
              <Table.Tr key={row.id}>
                <Table.Td pl={0}>
                  <Anchor component={Link} to={`/settings/webhooks/${row.id}`}>
                    {row.attributes.name}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  <Group gap={6} wrap="nowrap">
                    <Status tone={tone}>{word}</Status>
                  </Group>
                </Table.Td>
                <Table.Td className="mono clip" maw={320}>
                  {row.attributes.endpoint_url}
                </Table.Td>
                <Table.Td title={topics.join(", ")}>{t("webhooks.topicCount", { count: topics.length })}</Table.Td>
                <Table.Td>{last ? <Moment at={last} as="ago" /> : <span className="quiet">{t("webhooks.never")}</span>}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
