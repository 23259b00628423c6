/** Marks a segment as one of the important ones: it stands first, and is built first. */
import { ActionIcon } from "@mantine/core";
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, wrap } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";

export function Star({ id, starred, subtle }: { id: string; starred: boolean; subtle?: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toggle = useMutation({
    mutationFn: () => api.patch(`/api/segments/${id}`, wrap("segment", { is_starred: !starred }, { id })),
    onSuccess: () => refreshGroups(queries),
  });
  return (
    <ActionIcon
      variant={subtle ? "subtle" : "default"}
      color={subtle ? "gray" : undefined}
      size={subtle ? 28 : 32}
      aria-pressed={starred}
      aria-label={t("segments.star")}
      loading={toggle.isPending}
      onClick={() => toggle.mutate()}
    >
      {starred ? <IconStarFilled size={15} /> : <IconStar size={15} />}
    </ActionIcon>
  );
}
