import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, type Many, type One } from "@/lib/api";
import type { AccountAttributes, CampaignAttributes } from "@/lib/types";
import { ErrorNote } from "@/ui/page";
import { newCampaign } from "./draft";
import { GroupsSelect } from "./groups-select";

interface CreateCampaignProps {
  opened: boolean;
  close: () => void;
  audience?: string;
}

/** A name and whom it is for; the rest is written on the campaign's own page. */
export function CreateCampaign({ opened, close, audience }: CreateCampaignProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [included, setIncluded] = useState<string[]>(audience ? [audience] : []);
  const account = useQuery({ queryKey: ["account"], queryFn: () => api.get<Many<AccountAttributes>>("/api/accounts"), staleTime: Infinity });
  const create = useMutation({
    meta: { quiet: true },
    mutationFn: () => {
      const sender = account.data?.data[0]?.attributes.contact_information;
      const content = { from_email: sender?.default_sender_email, from_label: sender?.default_sender_name };
      return api.post<One<CampaignAttributes>>("/api/campaigns", newCampaign(name.trim(), included, content));
    },
    onSuccess: (reply) => {
      void queries.invalidateQueries({ queryKey: ["campaigns"] });
      void navigate({ to: "/campaigns/$id", params: { id: reply.data.id } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("campaigns.create")}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            data-autofocus
            required
            withAsterisk={false}
            label={t("campaigns.name")}
            description={t("campaigns.nameHint")}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <GroupsSelect label={t("campaigns.include")} placeholder={t("campaigns.chooseGroups")} value={included} onChange={setIncluded} />
          {create.isError && <ErrorNote error={create.error} />}
          <Group justify="flex-end">
            <Button type="submit" disabled={!name.trim() || !included.length} loading={create.isPending}>
              {t("campaigns.create")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
