/** The shape of rows that are still on their way. */
import { Skeleton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

export function Lines({ count = 6 }: { count?: number }) {
  const { t } = useTranslation();
  return (
    <Stack gap={22} py={12} role="status" aria-label={t("common.loading")}>
      {Array.from({ length: count }, (_, at) => (
        <Skeleton key={at} height={10} width={at % 3 === 2 ? "45%" : at % 2 ? "65%" : "80%"} />
      ))}
    </Stack>
  );
}
