/** Writes the members to a file, watches it, and hands it over. */
import { Anchor, Button, Group, Modal, Progress, Text } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { useFormats } from "@/lib/session";
import type { ExportJobAttributes } from "@/lib/types";
import { ErrorNote } from "@/ui/page";

const BUSY = new Set(["queued", "processing"]);
const BEAT = 700;

interface ExportSegmentProps {
  id: string;
  name: string;
  opened: boolean;
  close: () => void;
}

export function ExportSegment({ id, name, opened, close }: ExportSegmentProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const start = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.post<One<ExportJobAttributes>>("/api/export-jobs", wrap("export-job", { of: "segment", id, format: "csv" })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["exports"] }),
  });
  const leave = () => {
    close();
    start.reset();
  };
  return (
    <Modal opened={opened} onClose={leave} title={t("segmentPage.exportTitle", { name })}>
      <Text mb="md">{t("segmentPage.exportText")}</Text>
      {start.isError && <ErrorNote error={start.error} />}
      {start.data ? (
        <Job id={start.data.data.id} />
      ) : (
        <Group justify="flex-end">
          <Button leftSection={<IconDownload size={16} />} loading={start.isPending} onClick={() => start.mutate()}>
            {t("segmentPage.exportStart")}
          </Button>
        </Group>
      )}
    </Modal>
  );
}

function Job({ id }: { id: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const job = useQuery({
    queryKey: ["exports", id],
    queryFn: () => api.get<One<ExportJobAttributes>>(`/api/export-jobs/${id}`),
    refetchInterval: (query) => (query.state.data && !BUSY.has(query.state.data.data.attributes.status) ? false : BEAT),
  });
  if (job.isError) return <ErrorNote error={job.error} retry={() => void job.refetch()} />;
  const facts = job.data?.data.attributes;
  if (facts?.download_url) {
    return (
      <Anchor href={new URL(facts.download_url).pathname} download fw={500}>
        {t("segmentPage.exportReady", { file: facts.filename })}
      </Anchor>
    );
  }
  if (facts && !BUSY.has(facts.status)) return <Text c="red">{t("segmentPage.exportFailed", { detail: facts.detail })}</Text>;
  const share = facts?.total_rows ? (100 * facts.rows) / facts.total_rows : 100;
  return (
    <>
      <Progress value={Math.min(100, share)} animated={!facts?.total_rows} aria-label={t("exports.progress")} />
      <Text size="sm" c="dimmed" mt={4}>
        {t("imports.rows", { count: facts?.rows ?? 0, rows: formats.number(facts?.rows ?? 0) })}
      </Text>
    </>
  );
}
