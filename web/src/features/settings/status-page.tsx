import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/lib/api";
import { AsOf } from "@/ui/moment";
import { ErrorNote, Loading, Page } from "@/ui/page";
import { Status } from "@/ui/status";
import { partsOf } from "./health";
import classes from "./settings.module.css";

const POLL = 3_000;

export function StatusPage() {
  const { t } = useTranslation();
  const health = useQuery({ queryKey: ["status", "page"], queryFn: () => api.get<unknown>("/api/status"), refetchInterval: POLL, retry: false });
  return (
    <Page title={t("nav.status")} note={<AsOf at={health.dataUpdatedAt || undefined} />}>
      {health.isError && <ErrorNote error={health.error} retry={() => void health.refetch()} />}
      {health.isPending && <Loading />}
      {health.data !== undefined && (
        <dl className={classes.facts}>
          {partsOf(health.data).map((part) => (
            <div key={part.name}>
              <dt>{part.name.replaceAll("_", " ")}</dt>
              <dd>
                <Status tone={part.well ? "good" : "bad"}>{part.well ? t("status.ok") : t("status.bad")}</Status>
                {part.detail && (
                  <Text component="div" size="sm" c="dimmed">
                    {part.detail}
                  </Text>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Page>
  );
}
