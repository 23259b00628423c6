/** Makes a segment of a part of a comparison. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import { refreshGroups } from "@/lib/collections";
import type { SegmentAttributes } from "@/lib/types";
import { ErrorNote } from "@/ui/page";
import { definitionOf, type Pair, type Part } from "./compare";

interface MakeSegmentProps {
  part: Part;
  pair: Pair;
  titles: [string, string];
}

export function MakeSegment(props: MakeSegmentProps) {
  const { t } = useTranslation();
  const [open, door] = useDisclosure();
  return (
    <>
      <Button mt="xs" size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={door.open}>
        {t("compare.make")}
      </Button>
      <Modal opened={open} onClose={door.close} title={t("compare.makeTitle")}>
        <NameForm {...props} />
      </Modal>
    </>
  );
}

function NameForm({ part, pair, titles: [left, right] }: MakeSegmentProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const proposed =
    part === "both"
      ? t("compare.nameBoth", { left, right })
      : t("compare.nameOnly", part === "onlyLeft" ? { name: left, other: right } : { name: right, other: left });
  const [name, setName] = useState<string>(proposed);
  const make = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.post<One<SegmentAttributes>>("/api/segments", wrap("segment", { name: name.trim(), definition: definitionOf(part, pair) })),
    onSuccess: (reply) => {
      refreshGroups(queries);
      void navigate({ to: "/segments/$id", params: { id: reply.data.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput data-autofocus required withAsterisk={false} maxLength={300} label={t("segments.name")} value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <Text size="sm" c="dimmed">
          {t("compare.makeText")}
        </Text>
        {make.isError && <ErrorNote error={make.error} />}
        <Group justify="flex-end">
          <Button type="submit" disabled={!name.trim()} loading={make.isPending}>
            {t("compare.make")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
