/** The command palette: every page, and every profile, segment, list and campaign by name. */
import "@mantine/spotlight/styles.css";
import { Spotlight } from "@mantine/spotlight";
import { IconAddressBook, IconFilter, IconList, IconPlus, IconSearch, IconSend, type Icon } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, type Many } from "@/lib/api";
import { useGroups } from "@/lib/collections";
import { contains } from "@/lib/filter";
import { fullName, personLabel } from "@/lib/format";
import type { CampaignAttributes, ProfileAttributes } from "@/lib/types";
import { useDebounced } from "@/lib/use-debounced";
import { palette, paletteStore } from "./palette-door";

interface Hit {
  key: string;
  label: string;
  hint?: string;
  icon?: Icon;
  to: string;
}

const PAGES = [
  ["home", "/"],
  ["campaigns", "/campaigns"],
  ["profiles", "/profiles"],
  ["lists", "/lists"],
  ["segments", "/segments"],
  ["properties", "/properties"],
  ["metrics", "/analytics/metrics"],
  ["events", "/analytics/events"],
  ["outbox", "/outbox"],
  ["apiKeys", "/settings/api-keys"],
  ["webhooks", "/settings/webhooks"],
  ["tracking", "/settings/tracking"],
  ["apps", "/settings/apps"],
  ["import", "/imports"],
  ["account", "/settings/account"],
  ["status", "/status"],
] as const;

const MOST = 6;

export default function Palette() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const sections = useHits(text.trim());
  return (
    <Spotlight.Root store={paletteStore} query={text} onQueryChange={setText} shortcut={["mod + K"]} scrollable maxHeight={420} clearQueryOnClose overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}>
      <Spotlight.Search placeholder={t("palette.placeholder")} leftSection={<IconSearch size={16} />} aria-label={t("palette.open")} />
      <Spotlight.ActionsList>
        {sections
          .filter((section) => section.hits.length)
          .map((section) => (
            <Spotlight.ActionsGroup key={section.label} label={section.label}>
              {section.hits.map((hit) => (
                <Spotlight.Action
                  key={hit.key}
                  label={hit.label}
                  description={hit.hint}
                  leftSection={hit.icon && <hit.icon size={17} stroke={1.7} />}
                  onClick={() => {
                    palette.close();
                    void navigate({ to: hit.to });
                  }}
                />
              ))}
            </Spotlight.ActionsGroup>
          ))}
        {sections.every((section) => !section.hits.length) && <Spotlight.Empty>{t("palette.nothing")}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function useHits(text: string): { label: string; hits: Hit[] }[] {
  const { t } = useTranslation();
  const settled = useDebounced(text, 150);
  const fits = (name: string) => name.toLowerCase().includes(text.toLowerCase());
  const { groups } = useGroups();
  const profiles = useQuery({
    queryKey: ["palette", "profiles", settled],
    queryFn: () => api.get<Many<ProfileAttributes>>("/api/profiles", { filter: contains("search", settled), "page[size]": MOST }),
    enabled: settled.length > 1,
    staleTime: 10_000,
  });
  const campaigns = useQuery({
    queryKey: ["palette", "campaigns"],
    queryFn: () =>
      api.get<Many<CampaignAttributes>>("/api/campaigns", { filter: `equals(messages.channel,"email")`, sort: "-updated_at", "page[size]": 100 }),
    enabled: text.length > 0,
    staleTime: 30_000,
  });
  const pages: Hit[] = PAGES.map(([word, to]) => ({ key: to, label: t(`nav.${word}`), to }));
  const commands: Hit[] = [{ key: "new-segment", label: t("segments.create"), icon: IconPlus, to: "/segments/new" }];
  return [
    { label: t("palette.pages"), hits: [...pages, ...commands].filter((hit) => fits(hit.label)) },
    {
      label: t("nav.profiles"),
      hits: (text.length > 1 ? (profiles.data?.data ?? []) : []).map((row) => ({
        key: row.id,
        label: personLabel(row.attributes, row.id),
        hint: fullName(row.attributes) ? (row.attributes.email ?? undefined) : undefined,
        icon: IconAddressBook,
        to: `/profiles/${row.id}`,
      })),
    },
    {
      label: t("palette.groups"),
      hits: groups
        .filter((group) => text && fits(group.name))
        .slice(0, MOST)
        .map((group) => ({
          key: group.id,
          label: group.name,
          icon: group.kind === "list" ? IconList : IconFilter,
          to: `/${group.kind}s/${group.id}`,
        })),
    },
    {
      label: t("nav.campaigns"),
      hits: (campaigns.data?.data ?? [])
        .filter((row) => text && fits(row.attributes.name))
        .slice(0, MOST)
        .map((row) => ({ key: row.id, label: row.attributes.name, hint: row.attributes.status, icon: IconSend, to: `/campaigns/${row.id}` })),
    },
  ];
}
