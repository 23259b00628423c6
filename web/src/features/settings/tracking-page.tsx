import { ActionIcon, Alert, Button, Code, Group, Select, Stack, Switch, Table, Text, TextInput, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap, type One } from "@/lib/api";
import { useSession } from "@/lib/session";
import type { TrackingPreview, TrackingSettings } from "@/lib/types";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { say } from "@/ui/toast";
import { attributesOf, CAMPAIGN_VALUES, FLOW_VALUES, MOST_CUSTOM, parametersOf, sent, STANDARD, type LinkValue, type Parameter, type Place } from "./tracking";
import classes from "./settings.module.css";

const KEY = ["tracking-settings"];

export function TrackingPage() {
  const { t } = useTranslation();
  const id = useSession().account_id;
  const found = useQuery({ queryKey: KEY, queryFn: () => api.get<One<TrackingSettings>>(`/api/tracking-settings/${id}`), staleTime: Infinity });
  return (
    <Page title={t("nav.tracking")} note={t("tracking.intro")}>
      {found.isError && <ErrorNote error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading />}
      {found.data && <Editor key={found.dataUpdatedAt} id={id} start={found.data.data.attributes} />}
    </Page>
  );
}

function Editor({ id, start }: { id: string; start: TrackingSettings }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [auto, setAuto] = useState(start.auto_add_parameters);
  const [rows, setRows] = useState(() => parametersOf(start));
  const dirty = JSON.stringify(attributesOf(auto, rows)) !== JSON.stringify(attributesOf(start.auto_add_parameters, parametersOf(start)));
  const save = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.patch<One<TrackingSettings>>(`/api/tracking-settings/${id}`, wrap("tracking-setting", attributesOf(auto, rows), { id })),
    onSuccess: (reply) => {
      say(t("tracking.saved"));
      queries.setQueryData(KEY, reply);
    },
  });
  const change = (at: number, part: Partial<Parameter>) => setRows((before) => before.map((one, index) => (index === at ? { ...one, ...part } : one)));
  const undo = () => {
    setAuto(start.auto_add_parameters);
    setRows(parametersOf(start));
    save.reset();
  };
  return (
    <Stack gap="md" maw={980}>
      <Switch label={t("tracking.auto")} description={t("tracking.autoHint")} checked={auto} onChange={(event) => setAuto(event.currentTarget.checked)} />
      {save.isError && (
        <Alert color="red" role="alert">
          {save.error instanceof ApiError ? save.error.message : t("common.unreachable")}
        </Alert>
      )}
      <Table.ScrollContainer minWidth={640}>
        <Table verticalSpacing={6} withRowBorders={false}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th pl={0} w={170}>
                {t("tracking.parameter")}
              </Table.Th>
              <Table.Th>{t("tracking.inCampaigns")}</Table.Th>
              <Table.Th>{t("tracking.inFlows")}</Table.Th>
              <Table.Th w={44} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, at) => (
              <ParameterRow key={at} row={row} isOwn={at >= STANDARD.length} change={(part) => change(at, part)} remove={() => setRows((before) => before.filter((_, index) => index !== at))} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group>
        <Button variant="default" leftSection={<IconPlus size={15} />} disabled={rows.length >= STANDARD.length + MOST_CUSTOM} onClick={() => setRows((before) => [...before, { name: "", campaign: { type: "static", value: "" }, flow: null }])}>
          {t("tracking.add")}
        </Button>
      </Group>
      <Preview rows={auto ? rows : []} />
      <Group>
        <Button disabled={!dirty} loading={save.isPending} onClick={() => save.mutate()}>
          {t("common.save")}
        </Button>
        {dirty && (
          <Button variant="default" onClick={undo}>
            {t("tracking.undo")}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface ParameterRowProps {
  row: Parameter;
  isOwn: boolean;
  change: (part: Partial<Parameter>) => void;
  remove: () => void;
}

function ParameterRow({ row, isOwn, change, remove }: ParameterRowProps) {
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Td pl={0} className="mono">
        {isOwn ? <TextInput aria-label={t("tracking.newName")} placeholder="name" value={row.name} onChange={(event) => change({ name: event.currentTarget.value })} /> : row.name}
      </Table.Td>
      <Table.Td>
        <ValueInput name={row.name} place="campaign" value={row.campaign} onChange={(campaign) => change({ campaign })} />
      </Table.Td>
      <Table.Td>
        <ValueInput name={row.name} place="flow" value={row.flow} onChange={(flow) => change({ flow })} />
      </Table.Td>
      <Table.Td>
        {isOwn && (
          <ActionIcon variant="subtle" color="gray" aria-label={t("tracking.remove", { name: row.name })} onClick={remove}>
            <IconTrash size={15} />
          </ActionIcon>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

interface ValueInputProps {
  name: string;
  place: Place;
  value: LinkValue | null;
  onChange: (value: LinkValue | null) => void;
}

const OFF = "";
const TEXT = "static";

function ValueInput({ name, place, value, onChange }: ValueInputProps) {
  const { t } = useTranslation();
  const where = place === "campaign" ? t("tracking.inCampaigns") : t("tracking.inFlows");
  const values = place === "campaign" ? CAMPAIGN_VALUES : FLOW_VALUES;
  const kind = value === null ? OFF : value.type === "static" ? TEXT : value.value;
  const choose = (chosen: string | null) => {
    if (!chosen) onChange(null);
    else onChange(chosen === TEXT ? { type: "static", value: "" } : { type: "dynamic", value: chosen });
  };
  return (
    <Group gap={6} wrap="nowrap">
      <Select
        flex={1}
        miw={150}
        allowDeselect={false}
        aria-label={t("tracking.choose", { name, where })}
        value={kind}
        onChange={choose}
        data={[{ value: OFF, label: t("tracking.off") }, { value: TEXT, label: t("tracking.text") }, ...values.map((one) => ({ value: one, label: t(`tracking.value_${one}`) }))]}
      />
      {kind === TEXT && <TextInput flex={1} miw={90} aria-label={t("tracking.textLabel", { name, where })} value={value?.value ?? ""} onChange={(event) => onChange({ type: "static", value: event.currentTarget.value })} />}
    </Group>
  );
}

function Preview({ rows }: { rows: Parameter[] }) {
  const { t } = useTranslation();
  const session = useSession();
  const [url, setUrl] = useState(session.website ? `${session.website.replace(/\/$/, "")}/sale` : "https://shop.example.com/sale");
  const parameters = rows.filter((one) => one.name.trim()).map((one) => ({ name: one.name.trim(), campaign: sent(one.campaign), flow: sent(one.flow) }));
  const [wish] = useDebouncedValue(JSON.stringify({ url, parameters }), 250);
  const shown = useQuery({
    queryKey: ["tracking-preview", wish],
    queryFn: () => api.post<One<TrackingPreview>>("/api/tracking-previews", wrap("tracking-preview", JSON.parse(wish) as object)),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Infinity,
  });
  return (
    <section className="section">
      <Title order={2} mb="xs">
        {t("tracking.preview")}
      </Title>
      <TextInput maw={560} label={t("tracking.previewUrl")} value={url} onChange={(event) => setUrl(event.currentTarget.value)} />
      {(["campaign_url", "flow_url"] as const).map((which) => (
        <div key={which} style={{ marginTop: 10 }}>
          <Text size="sm" c="dimmed">
            {which === "campaign_url" ? t("tracking.inCampaigns") : t("tracking.inFlows")}
          </Text>
          <Code className={classes.link} data-testid={which}>
            {shown.data?.data.attributes[which] ?? "…"}
          </Code>
        </div>
      ))}
    </section>
  );
}
