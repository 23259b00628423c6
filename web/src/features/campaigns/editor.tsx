import { Button, Group, Stack, Tabs, Text } from "@mantine/core";
import { IconDeviceFloppy, IconSend } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ComponentProps, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { useSession } from "@/lib/session";
import type { TemplateAttributes } from "@/lib/types";
import { Page } from "@/ui/page";
import { AudiencePicker } from "./audience-picker";
import { ContentEditor } from "./content-editor";
import type { Draft } from "./draft";
import { Review } from "./review";

interface EditorProps {
  id: string;
  messageId: string;
  templateId: string | undefined;
  start: Draft;
  frame: Omit<ComponentProps<typeof Page>, "children" | "actions">;
  menu: ReactNode;
}

type Step = "audience" | "content" | "review";
const STEPS: Step[] = ["audience", "content", "review"];

/** Audience, content, review: saved when asked, because customers will receive it. */
export function Editor({ id, messageId, templateId, start, frame, menu }: EditorProps) {
  const { t } = useTranslation();
  const session = useSession();
  const [step, setStep] = useState<Step>("audience");
  const [draft, setDraft] = useState<Draft>(() => ({
    ...start,
    content: { ...start.content, from_label: start.content.from_label || session.account_name },
  }));
  const saver = useSaver(id, messageId, templateId, start, draft);
  useWarnUnsaved(saver.dirty);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const go = async (next: Step) => {
    if (saver.dirty && next === "review") await saver.save();
    setStep(next);
  };
  const following = STEPS[STEPS.indexOf(step) + 1];
  return (
    <Page
      {...frame}
      actions={
        <>
          <Text size="sm" c="dimmed" role="status">
            {saver.dirty ? t("campaigns.unsaved") : t("campaigns.allSaved")}
          </Text>
          <Button variant="default" leftSection={<IconDeviceFloppy size={15} />} disabled={!saver.dirty} loading={saver.saving} onClick={() => void saver.save()}>
            {t("common.save")}
          </Button>
          {menu}
        </>
      }
    >
      <Tabs value={step} onChange={(next) => next && void go(next as Step)} keepMounted={false}>
        <Tabs.List mb="lg">
          {STEPS.map((name, at) => (
            <Tabs.Tab key={name} value={name}>
              {at + 1}. {t(`campaigns.step_${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="audience">
          <AudiencePicker campaignId={id} draft={draft} change={change} save={saver.save} dirty={saver.dirty} />
        </Tabs.Panel>
        <Tabs.Panel value="content">
          <ContentEditor messageId={messageId} draft={draft} change={change} saved={!saver.dirty} save={saver.save} />
        </Tabs.Panel>
        <Tabs.Panel value="review">
          <Review id={id} draft={draft} />
        </Tabs.Panel>
      </Tabs>
      {following && (
        <Stack mt="lg" className="section">
          <Group justify="flex-end">
            <Button rightSection={following === "review" ? <IconSend size={15} /> : undefined} onClick={() => void go(following)}>
              {t("campaigns.continue", { step: t(`campaigns.step_${following}`) })}
            </Button>
          </Group>
        </Stack>
      )}
    </Page>
  );
}

function useSaver(id: string, messageId: string, templateId: string | undefined, start: Draft, draft: Draft) {
  const queries = useQueryClient();
  const [kept, setKept] = useState(start);
  const template = useRef(templateId);
  const dirty = JSON.stringify(draft) !== JSON.stringify(kept);
  const saving = useMutation({
    mutationFn: async (now: Draft) => {
      if (now.included !== kept.included || now.excluded !== kept.excluded) {
        await api.patch(`/api/campaigns/${id}`, wrap("campaign", { audiences: { included: now.included, excluded: now.excluded } }, { id }));
      }
      if (now.content !== kept.content) {
        const definition = { channel: "email", content: filled(now.content) };
        await api.patch(`/api/campaign-messages/${messageId}`, wrap("campaign-message", { definition }, { id: messageId }));
      }
      if (now.html !== kept.html || !template.current) await saveHtml(messageId, template, now.html);
    },
    onSuccess: (_reply, now) => {
      setKept(now);
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
      queries.removeQueries({ queryKey: ["campaign-messages", messageId, "template"], type: "inactive" });
    },
  });
  const save = () => saving.mutateAsync(draft).then(() => undefined, () => undefined);
  return { dirty, saving: saving.isPending, save };
}

function filled(content: object): object {
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null && value !== undefined && value !== ""));
}

/** A message owns a copy of its template: assigning again brings the changed HTML into the message. */
async function saveHtml(messageId: string, template: { current: string | undefined }, html: string): Promise<void> {
  if (template.current) {
    await api.patch(`/api/templates/${template.current}`, wrap("template", { html }, { id: template.current }));
    return;
  }
  const made = await api.post<One<TemplateAttributes>>("/api/templates", wrap("template", { name: `Message ${messageId}`, editor_type: "CODE", html }));
  const relationships = { template: { data: { type: "template", id: made.data.id } } };
  await api.post("/api/campaign-message-assign-template", { data: { type: "campaign-message", id: messageId, relationships } });
  const assigned = await api.get<{ data: { id: string } | null }>(`/api/campaign-messages/${messageId}/template`);
  template.current = assigned.data?.id ?? made.data.id;
}

function useWarnUnsaved(dirty: boolean) {
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);
}
