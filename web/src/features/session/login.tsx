import { Alert, Button, Center, PasswordInput, Stack, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState, type FormEvent } from "react";
import { useTranslation } from "react-i18next";
import { api, ApiError, wrap } from "@/lib/api";
import { sessionQuery } from "@/lib/session";

export function Login() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const search = useSearch({ strict: false });
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  useEffect(() => {
    document.title = `${t("session.enter")} · Cairn`;
  }, [t]);
  const enter = useMutation({
    meta: { quiet: true },
    mutationFn: () => api.post("/api/sessions", wrap("session", { email, password })),
    onSuccess: async () => {
      queries.clear();
      await queries.fetchQuery(sessionQuery);
      // Only an address inside this app: a link from elsewhere must not choose where a fresh login lands.
      const next = search.next?.startsWith("/") && !search.next.startsWith("//") ? search.next : "/";
      await navigate({ href: next });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  return (
    <Center mih="100dvh" p="md">
      <main style={{ width: "100%", maxWidth: 340 }}>
        <form onSubmit={submit}>
          <Stack gap="sm">
            <img src="/cairn.svg" width={40} height={40} alt="" />
            <Title order={1}>{t("session.welcome")}</Title>
            {enter.isError && (
              <Alert color="red" role="alert">
                {enter.error instanceof ApiError ? (enter.error.status === 401 ? t("session.wrong") : enter.error.message) : t("common.unreachable")}
              </Alert>
            )}
            <TextInput
              label={t("session.email")}
              type="email"
              name="email"
              autoComplete="username"
              required
              autoFocus
              withAsterisk={false}
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label={t("session.password")}
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            <Button type="submit" loading={enter.isPending} mt="xs">
              {t("session.enter")}
            </Button>
          </Stack>
        </form>
      </main>
    </Center>
  );
}
