import { ActionIcon, Button, Group, Menu, Modal, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconDots, IconPencil, IconStar, IconStarFilled, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";
import { personLabel } from "@/lib/format";
import type { SegmentAttributes } from "@/lib/types";
import { EditableName } from "@/ui/editable-name";
import { MembersTable, type Member } from "@/ui/members-table";
import { AsOf } from "@/ui/moment";
import { Empty, ErrorNote, Loading, Page } from "@/ui/page";
import { ProfileCount } from "@/ui/profile-count";
import { SearchBox } from "@/ui/search-box";
import { WhyMember } from "@/ui/why-member";
import { useNames } from "./names";
import { SegmentStatus } from "./segment-status";
import { definitionText } from "./sentence";
import { WhyByEmail } from "./why-by-email";

const LIVE = 5_000;

export function SegmentPage() {
  const { t } = useTranslation();
  const { id = "" } = useParams({ strict: false });
  const queries = useQueryClient();
  const names = useNames();
  const [email, setEmail] = useState("");
  const [asked, setAsked] = useState<{ id: string; label: string } | null>(null);
  const segment = useQuery({
    queryKey: ["segments", id],
    queryFn: () => api.get<One<SegmentAttributes>>(`/api/segments/${id}`),
    refetchInterval: LIVE,
  });
  const rename = useMutation({
    mutationFn: (name: string) => api.patch(`/api/segments/${id}`, wrap("segment", { name }, { id })),
    onSuccess: () => refreshGroups(queries),
  });
  const why = useCallback((member: Member) => setAsked({ id: member.id, label: personLabel(member.attributes, member.id) }), []);
  const back = { to: "/segments", label: t("nav.segments") };
  if (segment.isError) {
    return (
      <Page title={t("nav.segments")} back={back}>
        <ErrorNote error={segment.error} retry={() => void segment.refetch()} />
      </Page>
    );
  }
  if (!segment.data) return <Loading />;
  const facts = segment.data.data.attributes;
  const summary = facts.summary || (facts.definition ? definitionText(facts.definition, names, t) : "");
  return (
    <Page
      fill
      title={facts.name}
      back={back}
      heading={<EditableName value={facts.name} onSave={(name) => rename.mutate(name)} />}
      note={
        <Group gap="sm">
          <span>
            <ProfileCount kind="segment" id={id} refetchInterval={LIVE} /> {t("segments.membersNote")}
          </span>
          <SegmentStatus segment={facts} />
          <AsOf at={facts.watermark} />
        </Group>
      }
      actions={
        <>
          <Star id={id} starred={facts.is_starred} />
          <WhyByEmail ask={(person) => setAsked(person)} />
          <Button component={Link} to={`/segments/${id}/edit`} leftSection={<IconPencil size={15} />}>
            {t("common.edit")}
          </Button>
          <SegmentMenu id={id} facts={facts} />
        </>
      }
    >
      <Text mb="md" maw={860}>
        {summary}
      </Text>
      <Group mb="xs">
        <SearchBox label={t("members.search")} value={email} onChange={setEmail} />
      </Group>
      <MembersTable
        kind="segments"
        id={id}
        email={email}
        refetchInterval={LIVE}
        action={{ label: t("why.button"), run: why }}
        empty={<Empty title={facts.is_processing ? t("segments.building") : t("segments.noMembers")}>{t("segments.noMembersHint")}</Empty>}
      />
      <WhyMember segment={asked && { id, name: facts.name }} profileId={asked?.id} person={asked?.label} close={() => setAsked(null)} />
    </Page>
  );
}

function Star({ id, starred }: { id: string; starred: boolean }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toggle = useMutation({
    mutationFn: () => api.patch(`/api/segments/${id}`, wrap("segment", { is_starred: !starred }, { id })),
    onSuccess: () => refreshGroups(queries),
  });
  return (
    <ActionIcon variant="default" size={32} aria-pressed={starred} aria-label={t("segments.star")} onClick={() => toggle.mutate()}>
      {starred ? <IconStarFilled size={15} /> : <IconStar size={15} />}
    </ActionIcon>
  );
}

function SegmentMenu({ id, facts }: { id: string; facts: SegmentAttributes }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure();
  const activate = useMutation({
    mutationFn: () => api.patch(`/api/segments/${id}`, wrap("segment", { is_active: !facts.is_active }, { id })),
    onSuccess: () => refreshGroups(queries),
  });
  const remove = useMutation({
    mutationFn: () => api.delete(`/api/segments/${id}`),
    onSuccess: async () => {
      await navigate({ to: "/segments" });
      refreshGroups(queries);
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
          <Menu.Item onClick={() => activate.mutate()}>{facts.is_active ? t("segments.pause") : t("segments.resume")}</Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={15} />} onClick={ask.open}>
            {t("common.delete")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={asking} onClose={ask.close} title={t("segments.deleteTitle", { name: facts.name })}>
        <Text mb="md">{t("segments.deleteText")}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={ask.close}>
            {t("common.cancel")}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t("common.delete")}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
