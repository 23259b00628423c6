import { Group, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { EmailContent } from "@/lib/types";
import classes from "./campaigns.module.css";
import type { Draft } from "./draft";
import { MailPreview } from "./mail-preview";
import { TestSend } from "./test-send";

interface ContentEditorProps {
  messageId: string;
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  saved: boolean;
  save: () => Promise<void>;
}

export function ContentEditor({ messageId, draft, change, saved, save }: ContentEditorProps) {
  const { t } = useTranslation();
  const [width, setWidth] = useState("100%");
  const [profile, setProfile] = useState<string | undefined>();
  const field = (name: keyof EmailContent, label: string, rest: { required?: boolean; placeholder?: string; type?: string } = {}) => (
    <TextInput
      label={label}
      value={draft.content[name] ?? ""}
      withAsterisk={false}
      {...rest}
      onChange={(event) => change({ content: { ...draft.content, [name]: event.currentTarget.value } })}
    />
  );
  return (
    <div className={classes.content}>
      <Stack gap="sm">
        {field("subject", t("campaigns.subject"), { required: true, placeholder: t("campaigns.subjectPlaceholder") })}
        {field("preview_text", t("campaigns.previewText"), { placeholder: t("campaigns.previewTextPlaceholder") })}
        <Group grow align="flex-start">
          {field("from_label", t("campaigns.fromLabel"))}
          {field("from_email", t("campaigns.fromEmail"), { type: "email", required: true })}
        </Group>
        <Textarea
          label={t("campaigns.html")}
          description={t("campaigns.htmlHint", { open: "{{", shut: "}}" })}
          value={draft.html}
          onChange={(event) => change({ html: event.currentTarget.value })}
          autosize
          minRows={16}
          maxRows={30}
          spellCheck={false}
          classNames={{ input: "mono" }}
          styles={{ input: { whiteSpace: "pre", overflow: "auto", lineHeight: "18px" } }}
        />
      </Stack>
      <Stack gap="xs" className={classes.preview}>
        <Group justify="space-between">
          <SegmentedControl
            size="xs"
            aria-label={t("campaigns.previewWidth")}
            value={width}
            onChange={setWidth}
            data={[
              { value: "100%", label: t("campaigns.desktop") },
              { value: "375px", label: t("campaigns.phone") },
            ]}
          />
          <TestSend messageId={messageId} profileId={profile} saved={saved} save={save} />
        </Group>
        <MailPreview html={draft.html} content={draft.content} width={width} profile={profile} onProfile={setProfile} />
      </Stack>
    </div>
  );
}
