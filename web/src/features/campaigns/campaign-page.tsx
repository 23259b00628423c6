import { ActionIcon, Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCopy, IconDots, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, related, relatedId, wrap, type One, type Resource } from "@/lib/api";
import { useSession } from "@/lib/session";
import type { CampaignAttributes, CampaignMessageAttributes, TemplateAttributes } from "@/lib/types";
import { EditableName } from "@/ui/editable-name";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { CampaignStatus, isDraft, isOver } from "./campaign-status";
import { starterHtml } from "./draft";
import { Editor } from "./editor";
import { Report } from "./report";

const WHILE_SENDING = 1_000;
const OTHERWISE = 10_000;

type Loaded = One<CampaignAttributes>;

function useCampaign(id: string) {
  return useQuery({
    queryKey: ["campaigns", id],
    queryFn: () => api.get<Loaded>(`/api/campaigns/${id}`, { include: "campaign-messages" }),
    refetchInterval: (query) => {
      const status = query.state.data?.data.attributes.status;
      if (!status || isDraft(status)) return false;
      return isOver(status) ? OTHERWISE : WHILE_SENDING;
    },
  });
}

/** The message of an email campaign (it has exactly one) and the HTML it sends. */
function useMessage(campaign: Loaded | undefined) {
  const message = campaign && related<CampaignMessageAttributes>(campaign, campaign.data, "campaign-messages");
  const messageId = message?.id ?? (campaign && relatedId(campaign.data, "campaign-messages"));
  const template = useQuery({
    queryKey: ["campaign-messages", messageId, "template"],
    enabled: Boolean(messageId),
    queryFn: () =>
      api
        .get<{ data: Resource<TemplateAttributes> | null }>(`/api/campaign-messages/${messageId}/template`)
        .then((reply) => reply.data ?? null)
        .catch(() => null),
    staleTime: Infinity,
  });
  return { message, messageId, template };
}

export function CampaignPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const queries = useQueryClient();
  const session = useSession();
  const campaign = useCampaign(id);
  const { message, messageId, template } = useMessage(campaign.data);
  const refresh = () => void queries.invalidateQueries({ queryKey: ["campaigns"] });
  const rename = useMutation({ mutationFn: (name: string) => api.patch(`/api/campaigns/${id}`, wrap("campaign", { name }, { id })), onSuccess: refresh });
  const back = { to: "/campaigns", label: t("nav.campaigns") };
  if (campaign.isError) {
    return (
      <Page title={t("nav.campaigns")} back={back}>
        <ErrorNote error={campaign.error} retry={() => void campaign.refetch()} />
      </Page>
    );
  }
  if (!campaign.data || (messageId && template.isPending)) return <Loading />;
  const facts = campaign.data.data.attributes;
  const html = template.data?.attributes.html;
  const content = message?.attributes.definition?.content ?? {};
  const draft = isDraft(facts.status);
  const shop = session.isDemo ? `${window.location.origin}/demo-shop` : session.website || "https://example.com/";
  const menu = <CampaignMenu id={id} name={facts.name} />;
  const heading = <EditableName value={facts.name} onSave={(name) => rename.mutate(name)} />;
  const frame = { title: facts.name, back, heading, note: <CampaignStatus status={facts.status} /> };
  if (draft && messageId) {
    return (
      <Editor
        key={id}
        id={id}
        messageId={messageId}
        templateId={template.data?.id}
        start={{ included: facts.audiences.included, excluded: facts.audiences.excluded ?? [], content, html: html ?? starterHtml(shop) }}
        frame={frame}
        menu={menu}
      />
    );
  }
  return (
    <Page {...frame} actions={menu}>
      <Report id={id} facts={facts} messageId={messageId} content={content} />
    </Page>
  );
}

function CampaignMenu({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure();
  const clone = useMutation({
    mutationFn: () => api.post<Loaded>("/api/campaign-clone", wrap("campaign", { new_name: t("campaigns.copyOf", { name }) }, { id })),
    onSuccess: (reply) => {
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
      void navigate({ to: "/campaigns/$id", params: { id: reply.data.id } });
    },
  });
  const remove = useMutation({
    mutationFn: () => api.delete(`/api/campaigns/${id}`),
    onSuccess: async () => {
      await navigate({ to: "/campaigns" });
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
    },
  });
  return (
    <>
      <Menu shadow="md" position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={32} aria-label={t("common.moreActions")}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => clone.mutate()}>
            {t("campaigns.copy")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={ask.open}>
            {t("common.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={asking} onClose={ask.close} title={t("campaigns.deleteTitle", { name })}>
        <Text mb="md">{t("campaigns.deleteText")}</Text>
        <Group justify="flex-end">
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
