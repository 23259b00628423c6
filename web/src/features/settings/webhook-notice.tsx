/** Said on the first page: webhooks that were disabled because their receivers did not answer well. */
import { Alert, Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { gaveUp, webhooksQuery } from "./webhooks";

const LOOK = 60_000;

export function WebhookNotice() {
  const { t } = useTranslation();
  const webhooks = useQuery({ ...webhooksQuery, refetchInterval: LOOK, retry: false });
  const ended = webhooks.data?.data.filter(gaveUp) ?? [];
  const first = ended[0];
  const isThere = useRouterState({ select: (state) => state.location.pathname.startsWith("/settings/webhooks") });
  if (!first || isThere) return null;
  return (
    <Alert color="red" variant="light" role="status" m="md" mb={0}>
      {t("webhooks.notice", { count: ended.length, name: first.attributes.name })}{" "}
      <Anchor component={Link} to={ended.length === 1 ? `/settings/webhooks/${first.id}` : "/settings/webhooks"}>
        {t("webhooks.look")}
      </Anchor>
    </Alert>
  );
}
