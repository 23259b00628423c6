import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/page";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty
      title={t("common.notFound")}
      action={
        <Button component={Link} to="/">
          {t("nav.home")}
        </Button>
      }
    >
      {t("common.notFoundHint")}
    </Empty>
  );
}
