import { Button, Divider, Group, Modal, SegmentedControl, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One } from "@/lib/api";
import { atLeast, below } from "@/lib/filter";
import { useFormats } from "@/lib/session";
import type { CustomMetricAttributes, CustomMetricDefinition, MetricAggregate } from "@/lib/types";
import { Chart, PALETTE } from "@/ui/chart";
import { AsOf } from "@/ui/moment";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { periodOf } from "@/ui/period-picker";
import { say } from "@/ui/toast";
import { lines } from "./aggregate";
import { emptyGroup, isComplete } from "./conditions";
import { GroupEditor } from "./group-editor";

const NEW = "new";

export function CustomMetricPage() {
  const { t } = useTranslation();
  const { id = NEW } = useParams({ strict: false });
  const back = { to: "/analytics/custom-metrics", label: t("metrics.tab_custom") };
  const found = useQuery({
    queryKey: ["custom-metrics", id],
    enabled: id !== NEW,
    queryFn: () => api.get<One<CustomMetricAttributes>>(`/api/custom-metrics/${id}`),
  });
  const attributes = found.data?.data.attributes;
  const title = id === NEW ? t("customMetrics.new") : (attributes?.name ?? t("metrics.tab_custom"));
  return (
    <Page title={title} back={back} actions={id !== NEW && attributes && <DeleteButton id={id} />}>
      {found.isError && <ErrorNote error={found.error} retry={() => void found.refetch()} />}
      {found.isLoading && <Loading />}
      {attributes && <Figure id={id} definition={attributes.definition} updated={attributes.updated} />}
      {(attributes || id === NEW) && <Editor key={id} id={id} attributes={attributes} />}
    </Page>
  );
}

function Figure({ id, definition, updated }: { id: string; definition: CustomMetricDefinition; updated: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const period = useMemo(() => periodOf("90d", formats.timezone), [formats.timezone]);
  const measure = definition.aggregation_method === "value" ? "sum_value" : "count";
  const answer = useQuery({
    queryKey: ["metric-aggregates", id, updated, period],
    placeholderData: keepPreviousData,
    queryFn: () =>
      api.post<One<MetricAggregate>>(
        "/api/metric-aggregates",
        wrap("metric-aggregate", {
          metric_id: id,
          measurements: [measure],
          interval: "day",
          filter: [atLeast("datetime", new Date(period.start)), below("datetime", new Date(period.end))],
          timezone: formats.timezone,
        }),
      ),
  });
  const data = answer.data?.data.attributes;
  const shown = data ? lines(data, measure, 1, { whole: t(`metrics.${measure}`), none: "", rest: "" }) : [];
  if (answer.isError) return <ErrorNote error={answer.error} retry={() => void answer.refetch()} />;
  return (
    <Chart
      title={t("customMetrics.chart")}
      note={<AsOf at={answer.dataUpdatedAt || undefined} />}
      dates={data?.dates ?? []}
      interval="day"
      kind="bar"
      series={shown.map((line) => ({ name: line.name, values: line.values, color: PALETTE[0] ?? "gray.6" }))}
      format={measure === "sum_value" ? formats.money : formats.number}
      formatTick={measure === "sum_value" ? formats.moneyShort : formats.compact}
      fileName="custom-metric"
      height={220}
    />
  );
}

const METHODS = ["value", "count"] as const;

function Editor({ id, attributes }: { id: string; attributes: CustomMetricAttributes | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState(attributes?.name ?? "");
  const [method, setMethod] = useState<(typeof METHODS)[number]>(attributes?.definition.aggregation_method ?? "value");
  const [groups, setGroups] = useState(attributes?.definition.metric_groups ?? [emptyGroup()]);
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const body = { name: name.trim(), definition: { aggregation_method: method, metric_groups: groups } };
      if (id === NEW) return api.post<One<CustomMetricAttributes>>("/api/custom-metrics", wrap("custom-metric", body));
      return api.patch<One<CustomMetricAttributes>>(`/api/custom-metrics/${id}`, wrap("custom-metric", body, { id }));
    },
    onSuccess: (reply) => {
      say(t("common.saved"));
      void queries.invalidateQueries({ queryKey: ["custom-metrics"] });
      if (id === NEW) void navigate({ to: "/analytics/custom-metrics/$id", params: { id: reply.data.id }, replace: true });
    },
  });
  const refused = save.error instanceof ApiError ? save.error : undefined;
  const wrongName = refused?.at("attributes/name");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} style={{ maxWidth: 860, marginTop: 24 }}>
      <Stack gap="md">
        <TextInput label={t("customMetrics.name")} placeholder={t("customMetrics.nameHint")} maw={420} maxLength={128} value={name} error={wrongName} onChange={(event) => setName(event.currentTarget.value)} />
        <div>
          <Text size="sm" fw={500} mb={4} id="custom-method">
            {t("customMetrics.method")}
          </Text>
          <SegmentedControl aria-labelledby="custom-method" value={method} onChange={(value) => setMethod(value as typeof method)} data={METHODS.map((value) => ({ value, label: t(`customMetrics.method_${value}`) }))} />
          <Text size="sm" c="dimmed" mt={4}>
            {t(`customMetrics.methodHint_${method}`)}
          </Text>
        </div>
        <div>
          <Title order={2}>{t("customMetrics.groups")}</Title>
          <Text size="sm" c="dimmed">
            {t("customMetrics.groupsHint")}
          </Text>
        </div>
        {groups.map((group, at) => (
          <Stack key={at} gap="xs">
            {at > 0 && <Divider label={t("customMetrics.or")} labelPosition="left" />}
            <GroupEditor
              group={group}
              hasValue={method === "value"}
              onChange={(next) => setGroups(groups.map((old, index) => (index === at ? next : old)))}
              onRemove={groups.length > 1 ? () => setGroups(groups.filter((_, index) => index !== at)) : undefined}
            />
          </Stack>
        ))}
        {save.error && !wrongName && <ErrorNote error={save.error} />}
        <Group justify="space-between">
          <Button variant="default" leftSection={<IconPlus size={14} />} onClick={() => setGroups([...groups, emptyGroup()])}>
            {t("customMetrics.addGroup")}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={!isComplete(name, groups)}>
            {t("common.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function DeleteButton({ id }: { id: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure();
  const remove = useMutation({
    mutationFn: () => api.delete(`/api/custom-metrics/${id}`),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["custom-metrics"], exact: true });
      void queries.invalidateQueries({ queryKey: ["mapped-metrics"] });
      void navigate({ to: "/analytics/custom-metrics" });
    },
  });
  return (
    <>
      <Button variant="default" onClick={ask.open}>
        {t("common.delete")}
      </Button>
      <Modal opened={asking} onClose={ask.close} title={t("customMetrics.delete")} closeButtonProps={{ "aria-label": t("common.close") }}>
        <Text size="sm" mb="md">
          {t("customMetrics.deleteHint")}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={ask.close}>
            {t("common.cancel")}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("common.delete")}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
