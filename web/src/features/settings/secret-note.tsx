/** A secret that is shown this once, and a text that can be copied. */
import { Alert, Button, Code, CopyButton, Group, Text } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

export function Copyable({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button variant="default" size="compact-sm" onClick={copy} leftSection={<IconCopy size={13} />}>
          <span className="mono">{copied ? t("common.copied") : text}</span>
        </Button>
      )}
    </CopyButton>
  );
}

interface SecretNoteProps {
  title: string;
  hint: string;
  secret: string;
  testId: string;
  done: () => void;
}

export function SecretNote({ title, hint, secret, testId, done }: SecretNoteProps) {
  const { t } = useTranslation();
  return (
    <Alert color="accent" variant="light" title={title} withCloseButton onClose={done} mb="lg" closeButtonLabel={t("common.close")}>
      <Text size="sm" mb="xs">
        {hint}
      </Text>
      <Group gap="xs">
        <Code style={{ fontSize: 13, overflowWrap: "anywhere" }} data-testid={testId}>
          {secret}
        </Code>
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button variant="default" size="compact-sm" onClick={copy} leftSection={<IconCopy size={13} />}>
              {copied ? t("common.copied") : t("common.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Alert>
  );
}
