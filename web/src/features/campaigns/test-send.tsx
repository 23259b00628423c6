import { Button, Popover, Stack, TagsInput, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconMailForward } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap } from "@/lib/api";
import { useSession } from "@/lib/session";
import { say } from "@/ui/toast";

interface TestSendProps {
  messageId: string;
  profileId: string | undefined;
  saved: boolean;
  save: () => Promise<void>;
}

const MOST = 5;

export function TestSend({ messageId, profileId, saved, save }: TestSendProps) {
  const { t } = useTranslation();
  const session = useSession();
  const [open, door] = useDisclosure();
  const [emails, setEmails] = useState<string[]>([session.email]);
  const send = useMutation({
    mutationFn: async () => {
      if (!saved) await save();
      await api.post("/api/campaign-test-sends", wrap("campaign-test-send", { campaign_message_id: messageId, emails, profile_id: profileId }));
    },
    onSuccess: () => {
      say(t("campaigns.testSent", { emails: emails.join(", ") }));
      door.close();
    },
  });
  return (
    <Popover opened={open} onChange={(next) => (next ? door.open() : door.close())} shadow="md" position="bottom-end" width={320} trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconMailForward size={14} />} onClick={door.toggle}>
          {t("campaigns.test")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <TagsInput label={t("campaigns.testTo")} description={t("campaigns.testHint")} maxTags={MOST} value={emails} onChange={setEmails} />
          {!saved && (
            <Text size="sm" c="dimmed">
              {t("campaigns.testSaves")}
            </Text>
          )}
          <Button variant="default" disabled={!emails.length} loading={send.isPending} onClick={() => send.mutate()}>
            {t("campaigns.test")}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
