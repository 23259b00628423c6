import { Anchor, Stack, Text } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useFormats, useSession } from "@/lib/session";
import { Hint } from "@/ui/hint";
import { Page } from "@/ui/page";
import { PeriodPicker, periodOf } from "@/ui/period-picker";
import { Audience } from "./audience";
import classes from "./home.module.css";
import { LatestCampaigns } from "./latest-campaigns";
import { LiveActivity } from "./live-activity";
import { Revenue } from "./revenue";

export function HomePage() {
  const { t } = useTranslation();
  const session = useSession();
  const formats = useFormats();
  const navigate = useNavigate();
  const search = useSearch({ strict: false });
  const value = search.period ?? "30d";
  const period = useMemo(() => periodOf(value, formats.timezone), [value, formats.timezone]);
  return (
    <Page
      title={t("nav.home")}
      actions={<PeriodPicker value={value} onChange={(next) => void navigate({ to: "/", search: { period: next }, replace: true })} />}
    >
      {session.isDemo && <DemoHint />}
      <div className={classes.columns}>
        <Stack gap="lg" miw={0}>
          <Revenue period={period} />
          <Audience period={period} />
        </Stack>
        <Stack gap="lg" miw={0}>
          <LatestCampaigns />
          <LiveActivity />
        </Stack>
      </div>
    </Page>
  );
}

function DemoHint() {
  const { t } = useTranslation();
  return (
    <Hint>
      <Text fw={600} component="span">
        {t("home.demoTitle")}.
      </Text>{" "}
      {t("home.demoText")}{" "}
      <Anchor component={Link} to="/segments/new" inherit underline="always">
        {t("home.demoSegment")}
      </Anchor>
      {" · "}
      <Anchor component={Link} to="/campaigns" inherit underline="always">
        {t("home.demoCampaign")}
      </Anchor>
      {" · "}
      <Anchor component={Link} to="/outbox" inherit underline="always">
        {t("home.demoOutbox")}
      </Anchor>
    </Hint>
  );
}
