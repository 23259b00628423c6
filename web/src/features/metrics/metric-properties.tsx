/** What the events of a metric say: types, share and examples; what it is called here, and what is hidden. */
import { ActionIcon, Anchor, Badge, Button, Group, Table, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Resource } from "@/lib/api";
import { eventPropertiesQuery } from "@/lib/event-properties";
import { useFormats } from "@/lib/session";
import type { PropertyAttributes } from "@/lib/types";
import { Lines } from "@/ui/lines";
import { ErrorNote } from "@/ui/page";
import { PropertyName } from "./property-name";

type TypeWord = "text" | "number" | "boolean" | "date" | "list" | "object" | "null";
type Row = Resource<PropertyAttributes>;

export function MetricProperties({ metricId, onGroup }: { metricId: string; onGroup: (property: string) => void }) {
  const { t } = useTranslation();
  const [naming, setNaming] = useState<Row>();
  const [all, show] = useDisclosure();
  const properties = useQuery(eventPropertiesQuery(metricId));
  const rows = properties.data ?? [];
  const hidden = rows.filter((row) => row.attributes.is_hidden).length;
  const shown = rows.filter((row) => all || !row.attributes.is_hidden);
  return (
    <section style={{ marginTop: 24 }}>
      <Group justify="space-between" align="baseline">
        <Title order={2}>{t("metrics.properties")}</Title>
        {hidden > 0 && (
          <Button variant="subtle" size="compact-sm" onClick={show.toggle} aria-pressed={all}>
            {all ? t("metrics.leaveHidden") : t("metrics.showHidden", { count: hidden })}
          </Button>
        )}
      </Group>
      <Text c="dimmed" size="sm" mb="xs">
        {t("metrics.propertiesHint")}
      </Text>
      {properties.isError && <ErrorNote error={properties.error} retry={() => void properties.refetch()} />}
      {properties.isPending && <Lines count={5} />}
      {properties.data && !rows.length && <Text c="dimmed">{t("metrics.noProperties")}</Text>}
      {shown.length > 0 && <Properties rows={shown} onGroup={onGroup} onName={setNaming} />}
      <PropertyName row={naming} metricId={metricId} close={() => setNaming(undefined)} />
    </section>
  );
}

function Properties({ rows, onGroup, onName }: { rows: Row[]; onGroup: (property: string) => void; onName: (row: Row) => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <Table layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th pl={0}>{t("properties.name")}</Table.Th>
          <Table.Th w={120}>{t("properties.type")}</Table.Th>
          <Table.Th w={100} ta="right">
            {t("properties.coverage")}
          </Table.Th>
          <Table.Th visibleFrom="sm">{t("properties.samples")}</Table.Th>
          <Table.Th w={44} aria-label={t("metrics.nameProperty")} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => {
          const one = row.attributes;
          return (
            <Table.Tr key={row.id}>
              <Table.Td className="clip" pl={0}>
                <Anchor component="button" type="button" size="sm" onClick={() => onGroup(one.property)} title={t("metrics.by")}>
                  {one.label}
                </Anchor>{" "}
                {one.label !== one.property && <span className="quiet">{one.property}</span>}{" "}
                {one.is_hidden && (
                  <Badge size="xs" variant="default">
                    {t("metrics.hidden")}
                  </Badge>
                )}
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
              <Table.Td pr={0} ta="right">
                <ActionIcon variant="subtle" color="gray" size="sm" aria-label={t("metrics.namePropertyOf", { name: one.label })} onClick={() => onName(row)}>
                  <IconPencil size={15} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
