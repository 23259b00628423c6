import { Button, Popover, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { findProfileByEmail } from "@/lib/collections";

/** Asks for anybody, member or not: "why is she not in here?" is the more common question. */
export function WhyByEmail({ ask }: { ask: (person: { id: string; label: string }) => void }) {
  const { t } = useTranslation();
  const [open, door] = useDisclosure();
  const [email, setEmail] = useState("");
  const find = useMutation({
    meta: { quiet: true },
    mutationFn: async () => {
      const id = await findProfileByEmail(email.trim());
      if (!id) throw new Error(t("why.unknown"));
      return id;
    },
    onSuccess: (id) => {
      door.close();
      ask({ id, label: email.trim() });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    find.mutate();
  };
  return (
    <Popover opened={open} onChange={(next) => (next ? door.open() : door.close())} shadow="md" position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Button variant="default" onClick={door.toggle}>
          {t("why.ask")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form onSubmit={submit}>
          <Stack gap="xs">
            <TextInput
              type="email"
              required
              withAsterisk={false}
              label={t("why.email")}
              value={email}
              error={find.error?.message}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={find.isPending}>
              {t("why.button")}
            </Button>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
