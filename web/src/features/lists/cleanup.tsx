/** Takes those who show no sign of life out of a list, or suppresses them, after counting them. */
import { Button, Group, Modal, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";
import type { ListCleanup } from "@/lib/types";
import { say } from "@/ui/toast";

type Action = "preview" | "remove" | "suppress";

export function Cleanup({ id, opened, close }: { id: string; opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [days, setDays] = useState(180);
  const clean = useMutation({
    mutationFn: (action: Action) =>
      api.post<One<ListCleanup>>("/api/list-cleanups", wrap("list-cleanup", { days, action }, { relationships: { list: { data: { type: "list", id } } } })),
    onSuccess: (reply, action) => {
      if (action === "preview") return;
      const { done } = reply.data.attributes;
      say(t(action === "remove" ? "cleanup.removed" : "cleanup.suppressed", { count: done }));
      refreshGroups(queries);
      close();
    },
  });
  const found = clean.variables === "preview" ? clean.data?.data.attributes : undefined;
  const counted = found?.days === days ? found : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    clean.mutate("preview");
  };
  return (
    <Modal opened={opened} onClose={close} title={t("cleanup.title")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <Text size="sm">{t("cleanup.text")}</Text>
          <Group align="flex-end" gap="xs">
            <NumberInput label={t("cleanup.days")} min={7} max={3650} value={days} onChange={(value) => setDays(Number(value))} />
            <Button type="submit" variant="default" loading={clean.isPending && clean.variables === "preview"}>
              {t("cleanup.count")}
            </Button>
          </Group>
          {counted && (
            <Text role="status" fw={600}>
              {counted.count ? t("cleanup.found", { count: counted.count, members: counted.members }) : t("cleanup.nobody")}
            </Text>
          )}
          {Boolean(counted?.count) && (
            <>
              <Text size="sm" c="dimmed">
                {t("cleanup.removeHint")}
              </Text>
              <Group justify="flex-end">
                <Button color="red" variant="light" loading={clean.isPending && clean.variables === "suppress"} onClick={() => clean.mutate("suppress")}>
                  {t("cleanup.suppress")}
                </Button>
                <Button color="red" loading={clean.isPending && clean.variables === "remove"} onClick={() => clean.mutate("remove")}>
                  {t("cleanup.remove")}
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </form>
    </Modal>
  );
}
