/** Deletes a segment that nothing needs; otherwise says what does, with the way there. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";
import { ErrorNote, Loading } from "@/ui/page";
import { Uses, useUsage } from "./usage";

interface DeleteSegmentProps {
  id: string;
  name: string;
  opened: boolean;
  close: () => void;
}

export function DeleteSegment({ id, name, opened, close }: DeleteSegmentProps) {
  const { t } = useTranslation();
  const usage = useUsage(id, opened);
  const needing = usage.data?.filter((use) => use.needs_it) ?? [];
  const title = t(needing.length ? "segmentPage.deleteRefused" : "segments.deleteTitle", { name });
  return (
    <Modal opened={opened} onClose={close} title={title}>
      {usage.isError ? (
        <ErrorNote error={usage.error} retry={() => void usage.refetch()} />
      ) : !usage.data ? (
        <Loading />
      ) : needing.length > 0 ? (
        <>
          <Text mb="xs">{t("segmentPage.deleteRefusedText")}</Text>
          <Uses uses={needing} />
          <Group justify="flex-end" mt="md">
            <Button variant="default" onClick={close}>
              {t("common.close")}
            </Button>
          </Group>
        </>
      ) : (
        <Confirm id={id} close={close} />
      )}
    </Modal>
  );
}

function Confirm({ id, close }: { id: string; close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const remove = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.delete(`/api/segments/${id}`),
    onSuccess: async () => {
      await navigate({ to: "/segments" });
      refreshGroups(queries);
    },
  });
  return (
    <>
      <Text mb="md">{t("segmentPage.deleteText")}</Text>
      {remove.isError && <ErrorNote error={remove.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t("common.cancel")}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {t("common.delete")}
        </Button>
      </Group>
    </>
  );
}
