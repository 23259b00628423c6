import { Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type Many } from "@/lib/api";
import { equals } from "@/lib/filter";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { ErrorNote } from "@/ui/page";
import classes from "./profile.module.css";
import type { Device, SentMessage } from "./resources";

const SHOWN = 20;

/** What was sent to this person, or was not, and why; and the devices that push messages may go to. */
export function Sent({ profileId }: { profileId: string }) {
  const { t } = useTranslation();
  const messages = useQuery({
    queryKey: ["profiles", profileId, "messages"],
    queryFn: () => api.get<Many<SentMessage>>("/api/messages", { filter: equals("profile_id", profileId), sort: "-id", "page[size]": SHOWN }),
  });
  const devices = useQuery({
    queryKey: ["profiles", profileId, "devices"],
    queryFn: () => api.get<Many<Device>>(`/api/profiles/${profileId}/push-tokens`),
  });
  return (
    <>
      <section aria-label={t("person.messages")} className="section">
        <Title order={2} mb={4}>
          {t("person.messages")}
        </Title>
        {messages.isPending && <Lines count={2} />}
        {messages.isError && <ErrorNote error={messages.error} />}
        {messages.data?.data.length === 0 && <Text c="dimmed">{t("person.noMessages")}</Text>}
        {messages.data?.data.map(({ id, attributes: row }) => (
          <div key={id} className={classes.line}>
            <Text size="sm" className="clip" miw={0}>
              {[row.state, row.reason].filter(Boolean).join(": ").replaceAll("_", " ")}
              <span className="quiet"> · {row.channel}</span>
            </Text>
            <Text size="xs" c="dimmed" style={{ whiteSpace: "nowrap" }}>
              <Moment at={row.sent_at ?? row.queued_at} />
            </Text>
          </div>
        ))}
      </section>
      {Boolean(devices.data?.data.length) && (
        <section aria-label={t("person.devices")} className="section">
          <Title order={2} mb={4}>
            {t("person.devices")}
          </Title>
          {devices.data?.data.map(({ id, attributes: row }) => (
            <div key={id} className={classes.line}>
              <Text size="sm">{[row.platform, row.vendor].filter(Boolean).join(" · ")}</Text>
              <Text size="xs" c="dimmed">
                {(row.enablement_status ?? "").toLowerCase().replaceAll("_", " ")}
              </Text>
            </div>
          ))}
        </section>
      )}
    </>
  );
}
