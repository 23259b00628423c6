/** What can be done with a segment. */
import { ActionIcon, Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconCopy, IconDots, IconDownload, IconLayersIntersect, IconPencil, IconPlayerPause, IconPlayerPlay, IconSend, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";
import type { SegmentAttributes } from "@/lib/types";
import { say } from "@/ui/toast";
import { WhyByEmail } from "../why-by-email";
import { DeleteSegment } from "./delete-segment";
import { ExportSegment } from "./export-segment";
import { Star } from "./star";

interface SegmentActionsProps {
  id: string;
  facts: SegmentAttributes;
  why: (person: { id: string; label: string }) => void;
}

export function SegmentActions({ id, facts, why }: SegmentActionsProps) {
  const { t } = useTranslation();
  return (
    <>
      <Star id={id} starred={facts.is_starred} />
      <WhyByEmail ask={why} />
      <Button renderRoot={(props) => <Link to="/campaigns" search={{ audience: id }} {...props} />} variant="default" leftSection={<IconSend size={15} />}>
        {t("segmentPage.useInCampaign")}
      </Button>
      <Button component={Link} to={`/segments/${id}/edit`} leftSection={<IconPencil size={15} />}>
        {t("common.edit")}
      </Button>
      <More id={id} facts={facts} />
    </>
  );
}

function More({ id, facts }: { id: string; facts: SegmentAttributes }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [deleting, remove] = useDisclosure();
  const [exporting, exported] = useDisclosure();
  const activate = useMutation({
    mutationFn: () => api.patch(`/api/segments/${id}`, wrap("segment", { is_active: !facts.is_active }, { id })),
    onSuccess: () => refreshGroups(queries),
  });
  const clone = useMutation({
    mutationFn: () => api.post<One<{ name: string }>>("/api/segment-clones", wrap("segment-clone", { segment_id: id })),
    onSuccess: async (reply) => {
      refreshGroups(queries);
      await navigate({ to: "/segments/$id", params: { id: reply.data.id } });
      say(t("segmentPage.cloned"));
    },
  });
  return (
    <>
      <Menu shadow="md" position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={32} aria-label={t("common.moreActions")}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={15} />} onClick={() => clone.mutate()}>
            {t("segmentPage.clone")}
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={15} />} onClick={exported.open}>
            {t("segmentPage.export")}
          </Menu.Item>
          <Menu.Item leftSection={<IconLayersIntersect size={15} />} onClick={() => void navigate({ to: "/segments/compare", search: { left: id } })}>
            {t("segmentPage.compare")}
          </Menu.Item>
          <Menu.Item leftSection={facts.is_active ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />} onClick={() => activate.mutate()}>
            {facts.is_active ? t("segments.pause") : t("segments.resume")}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={remove.open}>
            {t("common.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ExportSegment id={id} name={facts.name} opened={exporting} close={exported.close} />
      <DeleteSegment id={id} name={facts.name} opened={deleting} close={remove.close} />
    </>
  );
}
