/** What stands around every signed-in page: the menu, the search, the state of the server. */
import { ActionIcon, AppShell, Burger, Group, Kbd, Menu, Text, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconActivity,
  IconAddressBook,
  IconChartBar,
  IconDownload,
  IconFilter,
  IconHome,
  IconInbox,
  IconApps,
  IconKey,
  IconLink,
  IconWebhook,
  IconList,
  IconLogout,
  IconMailCheck,
  IconMoon,
  IconSearch,
  IconSelector,
  IconSend,
  IconSettings,
  IconSun,
  IconTags,
  IconUpload,
  type Icon,
} from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { api, useServerReachable } from "@/lib/api";
import { sessionQuery, SessionProvider, useSession } from "@/lib/session";
import { Status } from "@/ui/status";
import { openPalette } from "./palette-door";
import classes from "./shell.module.css";

const Palette = lazy(() => import("./palette"));
const WebhookNotice = lazy(async () => ({ default: (await import("@/features/settings/webhook-notice")).WebhookNotice }));

type Word = "consent" | "home" | "campaigns" | "profiles" | "lists" | "segments" | "metrics" | "events" | "properties" | "apiKeys" | "webhooks" | "tracking" | "apps" | "import" | "exports" | "account" | "outbox" | "audience" | "analytics" | "settings";

interface Entry {
  to: string;
  word: Word;
  icon: Icon;
}

const MENU: { word?: Word; entries: Entry[] }[] = [
  {
    entries: [
      { to: "/", word: "home", icon: IconHome },
      { to: "/campaigns", word: "campaigns", icon: IconSend },
    ],
  },
  {
    word: "audience",
    entries: [
      { to: "/profiles", word: "profiles", icon: IconAddressBook },
      { to: "/lists", word: "lists", icon: IconList },
      { to: "/segments", word: "segments", icon: IconFilter },
      { to: "/consent", word: "consent", icon: IconMailCheck },
      { to: "/properties", word: "properties", icon: IconTags },
    ],
  },
  {
    word: "analytics",
    entries: [
      { to: "/analytics/metrics", word: "metrics", icon: IconChartBar },
      { to: "/analytics/events", word: "events", icon: IconActivity },
    ],
  },
  {
    word: "settings",
    entries: [
      { to: "/settings/account", word: "account", icon: IconSettings },
      { to: "/settings/api-keys", word: "apiKeys", icon: IconKey },
      { to: "/settings/webhooks", word: "webhooks", icon: IconWebhook },
      { to: "/settings/tracking", word: "tracking", icon: IconLink },
      { to: "/settings/apps", word: "apps", icon: IconApps },
      { to: "/imports", word: "import", icon: IconUpload },
      { to: "/exports", word: "exports", icon: IconDownload },
    ],
  },
  { entries: [{ to: "/outbox", word: "outbox", icon: IconInbox }] },
];

export function Shell() {
  const session = useQuery(sessionQuery);
  if (!session.data) return null;
  return (
    <SessionProvider session={session.data.data.attributes}>
      <Frame />
    </SessionProvider>
  );
}

function Frame() {
  const { t } = useTranslation();
  const [menuOpen, menu] = useDisclosure();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const close = menu.close;
  useEffect(() => close(), [path, close]);
  return (
    <AppShell navbar={{ width: 224, breakpoint: "sm", collapsed: { mobile: !menuOpen } }} header={{ height: 48, collapsed: false }} layout="alt" classNames={{ header: classes.header, navbar: classes.navbar, main: classes.main }}>
      <a href="#content" className="skip">
        {t("nav.skip")}
      </a>
      <AppShell.Header hiddenFrom="sm">
        <Group h="100%" px="sm" justify="space-between">
          <Burger opened={menuOpen} onClick={menu.toggle} size="sm" aria-label={t("nav.menu")} />
          <Brand />
          <ActionIcon variant="subtle" color="gray" size="lg" onClick={openPalette} aria-label={t("palette.open")}>
            <IconSearch size={18} />
          </ActionIcon>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar>
        <Group justify="space-between" className={classes.top}>
          <Brand />
          <Burger opened onClick={menu.close} size="sm" hiddenFrom="sm" aria-label={t("nav.close")} />
        </Group>
        <UnstyledButton className={classes.search} onClick={openPalette}>
          <IconSearch size={15} aria-hidden />
          <span style={{ flex: 1 }}>{t("palette.open")}</span>
          <Kbd size="xs">{/Mac|iPhone/.test(navigator.userAgent) ? "⌘K" : "Ctrl K"}</Kbd>
        </UnstyledButton>
        <nav className={classes.menu} aria-label={t("nav.main")}>
          {MENU.map((group, at) => (
            <div key={at} className={classes.group}>
              {group.word && <div className={classes.groupName}>{t(`nav.${group.word}`)}</div>}
              {group.entries.map((entry) => (
                <Link
                  key={entry.to}
                  to={entry.to}
                  className={classes.entry}
                  activeProps={{ "data-active": true, "aria-current": "page" }}
                  activeOptions={{ exact: entry.to === "/", includeSearch: false }}
                >
                  <entry.icon size={17} stroke={1.7} aria-hidden />
                  {t(`nav.${entry.word}`)}
                </Link>
              ))}
            </div>
          ))}
        </nav>
        <Foot />
      </AppShell.Navbar>
      <AppShell.Main id="content">
        <Suspense>
          <WebhookNotice />
        </Suspense>
        <Outlet />
      </AppShell.Main>
      <Suspense>
        <Palette />
      </Suspense>
    </AppShell>
  );
}

function Brand() {
  const session = useSession();
  return (
    <Link to="/" className={classes.brand}>
      <img src="/cairn.svg" width={22} height={22} alt="" />
      <span className="clip">{session.account_name}</span>
    </Link>
  );
}

interface Health {
  data?: { attributes?: { status?: string } };
  status?: string;
}

function Foot() {
  const { t } = useTranslation();
  const session = useSession();
  const reachable = useServerReachable();
  const health = useQuery({
    queryKey: ["status"],
    queryFn: () => api.get<Health>("/api/status"),
    refetchInterval: 15_000,
    retry: false,
  });
  const word = health.data?.data?.attributes?.status ?? health.data?.status;
  const well = reachable && !health.isError && (word === undefined || word === "ok");
  return (
    <div className={classes.foot}>
      <Link to="/status" className={classes.status}>
        <Status tone={well ? "good" : reachable ? "warn" : "bad"}>{well ? t("status.well") : reachable ? t("status.impaired") : t("status.gone")}</Status>
      </Link>
      <Group gap={4} wrap="nowrap">
        <SchemeSwitch />
        <AccountMenu name={session.name || session.email} email={session.email} />
      </Group>
    </div>
  );
}

function SchemeSwitch() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("nav.scheme")} onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}>
      {scheme === "dark" ? <IconSun size={17} /> : <IconMoon size={17} />}
    </ActionIcon>
  );
}

function AccountMenu({ name, email }: { name: string; email: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const leave = useMutation({
    mutationFn: () => api.delete("/api/sessions/current"),
    onSuccess: async () => {
      await navigate({ to: "/login" });
      queries.clear();
    },
  });
  return (
    <Menu shadow="md" position="top-start" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.person} title={t("nav.user")}>
          <Text size="sm" className="clip">
            {name}
          </Text>
          <IconSelector size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{email}</Menu.Label>
        <Menu.Item component={Link} to="/settings/account" leftSection={<IconSettings size={15} />}>
          {t("nav.account")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => leave.mutate()}>
          {t("session.leave")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
