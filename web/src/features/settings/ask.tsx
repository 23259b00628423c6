/** A question before something that cannot be taken back. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface AskProps {
  opened: boolean;
  close: () => void;
  title: string;
  text: string;
  yes: string;
  busy: boolean;
  danger?: boolean;
  onYes: () => void;
}

export function Ask({ opened, close, title, text, yes, busy, danger = true, onYes }: AskProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <Text mb="md">{text}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t("common.cancel")}
        </Button>
        <Button color={danger ? "red" : undefined} loading={busy} onClick={onYes}>
          {yes}
        </Button>
      </Group>
    </Modal>
  );
}
