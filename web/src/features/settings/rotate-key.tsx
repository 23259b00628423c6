/** A new key in place of another, which goes on for as long as it takes to exchange it. */
import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One, type Resource } from "@/lib/api";
import type { ApiKeyAttributes } from "@/lib/types";

const HOURS = ["1", "24", "168", "720", "0"] as const;
const HOUR = 3_600_000;

interface RotateKeyProps {
  opened: boolean;
  close: () => void;
  row: Resource<ApiKeyAttributes>;
  onMade: (key: ApiKeyAttributes) => void;
}

export function RotateKey({ opened, close, row, onMade }: RotateKeyProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [hours, setHours] = useState<(typeof HOURS)[number]>("24");
  const rotate = useMutation({
    mutationFn: () => {
      const old_until = new Date(Date.now() + Number(hours) * HOUR).toISOString();
      return api.post<One<ApiKeyAttributes>>("/api/api-key-rotations", wrap("api-key-rotation", { key_id: row.id, old_until }));
    },
    onSuccess: (reply) => {
      onMade(reply.data.attributes);
      close();
      void queries.invalidateQueries({ queryKey: ["api-keys"] });
    },
  });
  return (
    <Modal opened={opened} onClose={close} title={t("keys.rotateTitle", { name: row.attributes.name })}>
      <Stack gap="sm">
        <Text>{t("keys.rotateText")}</Text>
        <Select
          label={t("keys.rotateAgo")}
          value={hours}
          allowDeselect={false}
          onChange={(value) => value && setHours(value as (typeof HOURS)[number])}
          data={HOURS.map((value) => ({ value, label: t(`keys.overlap_${value}`) }))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("common.cancel")}
          </Button>
          <Button loading={rotate.isPending} onClick={() => rotate.mutate()}>
            {t("keys.create")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
