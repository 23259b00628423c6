/** What the events of a metric say: types, share and examples. */
import { Anchor, Badge, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { eventPropertiesQuery } from "@/lib/event-properties";
import { useFormats } from "@/lib/session";
import { Lines } from "@/ui/lines";
import { ErrorNote } from "@/ui/page";

type TypeWord = "text" | "number" | "boolean" | "date" | "list" | "object" | "null";

export function MetricProperties({ metricId, onGroup }: { metricId: string; onGroup: (property: string) => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const properties = useQuery(eventPropertiesQuery(metricId));
  const rows = (properties.data ?? []).filter((row) => !row.attributes.is_hidden);
  return (
    <section style={{ marginTop: 24 }}>
      <Title order={2}>{t("metrics.properties")}</Title>
      <Text c="dimmed" size="sm" mb="xs">
        {t("metrics.propertiesHint")}
      </Text>
      {properties.isError && <ErrorNote error={properties.error} retry={() => void properties.refetch()} />}
      {properties.isPending && <Lines count={5} />}
      {properties.data && !rows.length && <Text c="dimmed">{t("metrics.noProperties")}</Text>}
      {rows.length > 0 && (
        <Table layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th pl={0}>{t("properties.name")}</Table.Th>
              <Table.Th w={120}>{t("properties.type")}</Table.Th>
              <Table.Th w={100} ta="right">
                {t("properties.coverage")}
              </Table.Th>
              <Table.Th visibleFrom="sm">{t("properties.samples")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ id, attributes: one }) => (
              <Table.Tr key={id}>
                <Table.Td className="clip" pl={0}>
                  <Anchor component="button" type="button" size="sm" onClick={() => onGroup(one.property)} title={t("metrics.by")}>
                    {one.label}
                  </Anchor>
                </Table.Td>
                <Table.Td>
                  {t(`properties.type_${one.inferred_type as TypeWord}`)}{" "}
                  {Object.keys(one.types).filter((kind) => kind !== "null").length > 1 && (
                    <Badge size="xs" variant="default">
                      {t("properties.mixed")}
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td className="figure">{formats.percent(one.coverage)}</Table.Td>
                <Table.Td className="clip quiet" visibleFrom="sm">
                  {(one.sample_values ?? []).slice(0, 5).map(String).join(" · ")}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}
