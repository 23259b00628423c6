/** The frame of every page: a title, its actions, and the three states a page can be in. */
import { Anchor, Box, Button, Center, Code, CopyButton, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconCopy, IconRefresh } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, Unreachable } from "@/lib/api";
import classes from "./page.module.css";

interface PageProps {
  title: string;
  heading?: ReactNode;
  back?: { to: string; label: string };
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  fill?: boolean;
}

export function Page({ title, heading, back, note, actions, children, fill }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Cairn`;
  }, [title]);
  return (
    <div className={fill ? classes.fill : classes.page}>
      <header className={classes.header}>
        <div className={classes.titles}>
          {back && (
            <Anchor component={Link} to={back.to} size="xs" c="dimmed" display="block" w="fit-content">
              ← {back.label}
            </Anchor>
          )}
          {heading ?? <Title order={1}>{title}</Title>}
          {note && (
            <Text component="div" c="dimmed" size="sm">
              {note}
            </Text>
          )}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

export function Loading({ label }: { label?: string }) {
  const { t } = useTranslation();
  return (
    <Center py="xl" role="status">
      <Loader size="sm" color="gray" />
      <span className="screen-reader">{label ?? t("common.loading")}</span>
    </Center>
  );
}

interface EmptyProps {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}

export function Empty({ title, children, action }: EmptyProps) {
  return (
    <Center py={48} px="md">
      <Stack gap="xs" align="center" maw={440}>
        <Text fw={600}>{title}</Text>
        {children && (
          <Text c="dimmed" ta="center">
            {children}
          </Text>
        )}
        {action && <Box mt="xs">{action}</Box>}
      </Stack>
    </Center>
  );
}

export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const refused = error instanceof ApiError ? error : undefined;
  const [title, hint] = wordsFor(error, t);
  return (
    <Box role="alert" className={classes.error}>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <IconAlertTriangle size={18} aria-hidden color="var(--mantine-color-red-7)" />
        <div>
          <Text fw={600}>{title}</Text>
          <Text c="dimmed" size="sm">
            {hint}
          </Text>
          <Group gap="xs" mt={6}>
            {retry && (
              <Button variant="default" size="xs" leftSection={<IconRefresh size={14} />} onClick={retry}>
                {t("common.retry")}
              </Button>
            )}
            {refused?.requestId && <RequestId id={refused.requestId} />}
          </Group>
        </div>
      </Group>
    </Box>
  );
}

function wordsFor(error: unknown, t: TFunction): [string, string] {
  if (error instanceof ApiError) return [error.message, t("common.refusedHint", { status: error.status })];
  if (error instanceof Unreachable) return [t("common.unreachable"), t("common.unreachableHint")];
  return [t("common.broken"), error instanceof Error ? error.message : String(error)];
}

function RequestId({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={id}>
      {({ copied, copy }) => (
        <Button variant="subtle" color="gray" size="xs" onClick={copy} leftSection={<IconCopy size={14} />}>
          {copied ? t("common.copied") : t("common.requestId")}&nbsp;<Code>{id.slice(0, 12)}</Code>
        </Button>
      )}
    </CopyButton>
  );
}
