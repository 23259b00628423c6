/** One event with everything it says. */
import { Anchor, Button, Code, CopyButton, Drawer, Group, Stack, Text } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { related, relatedId, type Resource } from "@/lib/api";
import { personLabel } from "@/lib/format";
import { useFormats } from "@/lib/session";
import type { EventAttributes, MetricAttributes, ProfileAttributes } from "@/lib/types";

interface EventDrawerProps {
  event: Resource<EventAttributes> | undefined;
  included: Resource[];
  close: () => void;
}

export function EventDrawer({ event, included, close }: EventDrawerProps) {
  const { t } = useTranslation();
  const metric = event && related<MetricAttributes>({ included }, event, "metric");
  return (
    <Drawer opened={event !== undefined} onClose={close} position="right" size="lg" title={metric?.attributes.name ?? t("events.event")} closeButtonProps={{ "aria-label": t("common.close") }}>
      {event && <Facts event={event} included={included} />}
    </Drawer>
  );
}

function Facts({ event, included }: { event: Resource<EventAttributes>; included: Resource[] }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const person = related<ProfileAttributes>({ included }, event, "profile");
  const profileId = relatedId(event, "profile");
  const text = JSON.stringify(event.attributes.event_properties, null, 2);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <div>
          {profileId && (
            <Anchor component={Link} to={`/profiles/${profileId}`} fw={500}>
              {personLabel(person?.attributes ?? {}, profileId)}
            </Anchor>
          )}
          <Text size="sm" c="dimmed">
            {formats.exact(event.attributes.datetime)}
          </Text>
        </div>
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button variant="default" size="xs" leftSection={<IconCopy size={14} />} onClick={copy}>
              {copied ? t("common.copied") : t("events.copy")}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Code block tabIndex={0} style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
        {text}
      </Code>
      <Text size="xs" c="dimmed" className="mono">
        {event.id}
      </Text>
    </Stack>
  );
}
