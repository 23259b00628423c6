/** What a property of a metric's events is called here, and whether it is offered at all. */
import { Button, Group, Modal, Switch, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type Resource } from "@/lib/api";
import { eventPropertiesQuery } from "@/lib/event-properties";
import type { PropertyAttributes } from "@/lib/types";
import { ErrorNote } from "@/ui/page";
import { say } from "@/ui/toast";

type Row = Resource<PropertyAttributes>;

export function PropertyName({ row, metricId, close }: { row: Row | undefined; metricId: string; close: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened={row !== undefined} onClose={close} title={t("metrics.nameProperty")}>
      {row && <NameForm key={row.id} row={row} metricId={metricId} close={close} />}
    </Modal>
  );
}

function NameForm({ row, metricId, close }: { row: Row; metricId: string; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { property, label: known, is_hidden } = row.attributes;
  const [label, setLabel] = useState(known);
  const [hidden, setHidden] = useState(is_hidden);
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.patch(`/api/metric-properties/${encodeURIComponent(row.id)}`, wrap("metric-property", { label: label.trim(), is_hidden: hidden }, { id: row.id })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: eventPropertiesQuery(metricId).queryKey });
      say(t("common.saved"));
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <TextInput data-autofocus maxLength={255} label={t("properties.label")} description={t("properties.labelHint", { name: property })} value={label} onChange={(event) => setLabel(event.currentTarget.value)} />
      <Switch mt="md" label={t("metrics.hideProperty")} checked={hidden} onChange={(event) => setHidden(event.currentTarget.checked)} />
      <Text size="sm" c="dimmed" mt={4}>
        {t("metrics.hideHint")}
      </Text>
      {save.isError && <ErrorNote error={save.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close}>
          {t("common.cancel")}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={label.trim() === known && hidden === is_hidden}>
          {t("common.save")}
        </Button>
      </Group>
    </form>
  );
}
