import { Button, Group, List, Modal, SegmentedControl, Stack, Text, TextInput, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle, IconSend } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { useGroups } from "@/lib/collections";
import { instantOf, tomorrowMorning } from "@/lib/period";
import { useFormats } from "@/lib/session";
import { Figure, Figures } from "@/ui/figure";
import classes from "./campaigns.module.css";
import { blocks, missing, type Draft } from "./draft";
import { MailPreview } from "./mail-preview";

export function Review({ id, draft }: { id: string; draft: Draft }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { groups } = useGroups();
  const [profile, setProfile] = useState<string | undefined>();
  const lacks = missing(draft);
  const names = (ids: string[]) => ids.map((one) => groups.find((group) => group.id === one)?.name ?? one).join(", ");
  const estimate = useQuery({
    queryKey: ["estimate", id],
    enabled: draft.included.length > 0,
    queryFn: async () => {
      await api.post("/api/campaign-recipient-estimation-jobs", { data: { type: "campaign-recipient-estimation-job", id } });
      const answer = await api.get<One<{ estimated_recipient_count: number }>>(`/api/campaign-recipient-estimations/${id}`);
      return answer.data.attributes.estimated_recipient_count;
    },
    retry: 5,
  });
  return (
    <div className={classes.review}>
      <Stack gap="md">
        {lacks.length > 0 && (
          <div role="alert">
            <Group gap={6}>
              <IconAlertTriangle size={16} aria-hidden />
              <Text fw={600}>{blocks(lacks) ? t("campaigns.notReady") : t("campaigns.beware")}</Text>
            </Group>
            <List size="sm" mt={4}>
              {lacks.map((lack) => (
                <List.Item key={lack}>{t(`campaigns.lacks_${lack}`)}</List.Item>
              ))}
            </List>
          </div>
        )}
        <Figures>
          <Figure label={t("campaigns.estimate")} value={draft.included.length ? estimate.data === undefined ? undefined : formats.number(estimate.data) : "0"} />
        </Figures>
        <dl className={classes.envelope}>
          <dt>{t("campaigns.include")}</dt>
          <dd>{names(draft.included) || "–"}</dd>
          <dt>{t("campaigns.exclude")}</dt>
          <dd>{names(draft.excluded) || t("campaigns.nobody")}</dd>
          <dt>{t("campaigns.from")}</dt>
          <dd>
            {draft.content.from_label} &lt;{draft.content.from_email || "–"}&gt;
          </dd>
        </dl>
        <SendForm id={id} disabled={blocks(lacks)} recipients={estimate.data} />
      </Stack>
      <Stack gap="xs">
        <MailPreview html={draft.html} content={draft.content} profile={profile} onProfile={setProfile} />
      </Stack>
    </div>
  );
}

interface SendFormProps {
  id: string;
  disabled: boolean;
  recipients: number | undefined;
}

function SendForm({ id, disabled, recipients }: SendFormProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure();
  const [when, setWhen] = useState("now");
  const [at, setAt] = useState(() => tomorrowMorning(formats.timezone));
  const send = useMutation({
    mutationFn: async () => {
      const later = instantOf(at, formats.timezone);
      const send_strategy = when === "now" ? { method: "immediate" } : { method: "static", datetime: later, options: { is_local: false } };
      await api.patch(`/api/campaigns/${id}`, wrap("campaign", { send_strategy }, { id }));
      await api.post("/api/campaign-send-jobs", { data: { type: "campaign-send-job", id } });
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: ["campaigns"] }),
    onSettled: ask.close,
  });
  return (
    <Stack gap="xs" className="section">
      <Title order={2}>{t("campaigns.whenTitle")}</Title>
      <SegmentedControl
        value={when}
        onChange={setWhen}
        data={[
          { value: "now", label: t("campaigns.now") },
          { value: "later", label: t("campaigns.later") },
        ]}
      />
      {when === "later" && (
        <TextInput type="datetime-local" label={t("campaigns.sendAt", { zone: formats.timezone })} value={at} onChange={(event) => setAt(event.currentTarget.value)} />
      )}
      <Button leftSection={<IconSend size={15} />} disabled={disabled} onClick={ask.open}>
        {when === "now" ? t("campaigns.sendNow") : t("campaigns.schedule")}
      </Button>
      <Modal opened={asking} onClose={ask.close} title={when === "now" ? t("campaigns.sendNow") : t("campaigns.schedule")}>
        <Text mb="md">{t("campaigns.confirm", { count: recipients ?? 0, number: formats.number(recipients ?? 0) })}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={ask.close}>
            {t("common.cancel")}
          </Button>
          <Button loading={send.isPending} onClick={() => send.mutate()} data-autofocus>
            {when === "now" ? t("campaigns.sendIt") : t("campaigns.scheduleIt")}
          </Button>
        </Group>
      </Modal>
    </Stack>
  );
}
