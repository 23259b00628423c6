import { Button, Group, SegmentedControl, Text, Title, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, type One } from "@/lib/api";
import { useSession } from "@/lib/session";
import type { AccountSettings } from "@/lib/types";
import { ErrorNote, Page } from "@/ui/page";
import { AccountForm } from "./account-form";
import classes from "./settings.module.css";

export function AccountPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const id = session.account_id;
  const account = useQuery({ queryKey: ["account", "settings"], queryFn: () => api.get<One<AccountSettings>>(`/api/account-settings/${id}`), staleTime: Infinity });
  const facts = account.data?.data.attributes;
  const rows: [string, string | null | undefined][] = [
    [t("account.id"), id],
    [t("account.publicKey"), session.company_id],
    [t("account.locale"), facts?.locale],
  ];
  return (
    <Page
      title={t("nav.account")}
      actions={
        <Button component={Link} to="/settings/api-keys" variant="default">
          {t("nav.apiKeys")}
        </Button>
      }
    >
      {account.isError && <ErrorNote error={account.error} retry={() => void account.refetch()} />}
      <Facts rows={rows} />
      {facts && <AccountForm id={id} start={facts} />}
      <section className="section">
        <Title order={2} mb="xs">
          {t("account.you")}
        </Title>
        <Facts
          rows={[
            [t("account.person"), session.name],
            [t("account.email"), session.email],
          ]}
        />
        <Group>
          <Text id="scheme">{t("account.scheme")}</Text>
          <SegmentedControl
            aria-labelledby="scheme"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as MantineColorScheme)}
            data={(["light", "dark", "auto"] as const).map((value) => ({ value, label: t(`account.scheme_${value}`) }))}
          />
        </Group>
      </section>
    </Page>
  );
}

function Facts({ rows }: { rows: [string, string | null | undefined][] }) {
  return (
    <dl className={classes.facts}>
      {rows.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value || "–"}</dd>
        </div>
      ))}
    </dl>
  );
}
