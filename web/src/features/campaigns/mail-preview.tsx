import { Alert, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import type { CampaignPreview, EmailContent } from "@/lib/types";
import { useDebounced } from "@/lib/use-debounced";
import { HtmlFrame } from "@/ui/html-frame";
import { ErrorNote, Loading } from "@/ui/page";
import { ProfilePicker } from "@/ui/profile-picker";
import classes from "./campaigns.module.css";

interface MailPreviewProps {
  html: string;
  content: EmailContent;
  width?: string;
  profile: string | undefined;
  onProfile: (id: string | undefined) => void;
}

const PAUSE = 400;

/** The mail as one person would get it, rendered by the server that would send it. */
export function MailPreview({ html, content, width = "100%", profile, onProfile }: MailPreviewProps) {
  const { t } = useTranslation();
  const settled = useDebounced(JSON.stringify({ html, subject: content.subject ?? "", preview_text: content.preview_text ?? "" }), PAUSE);
  const preview = useQuery({
    queryKey: ["campaign-preview", settled, profile],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.post<One<CampaignPreview>>("/api/campaign-previews", wrap("campaign-preview", { ...(JSON.parse(settled) as object), profile_id: profile }), signal),
  });
  const shown = preview.data?.data.attributes;
  return (
    <>
      <ProfilePicker value={profile} onChange={onProfile} label={t("campaigns.previewFor")} placeholder={t("campaigns.previewAnybody")} />
      {preview.isError && <ErrorNote error={preview.error} />}
      {preview.isPending && <Loading />}
      {shown && shown.errors?.length > 0 && (
        <Alert color="red" role="alert" title={t("campaigns.templateErrors")}>
          {shown.errors.map((error, at) => (
            <Text key={at} size="sm">
              {error}
            </Text>
          ))}
        </Alert>
      )}
      {shown && (
        <>
          <dl className={classes.envelope}>
            <dt>{t("campaigns.subject")}</dt>
            <dd>{shown.subject || "–"}</dd>
            <dt>{t("campaigns.previewText")}</dt>
            <dd>{shown.preview_text || "–"}</dd>
          </dl>
          <HtmlFrame html={shown.html ?? ""} title={t("campaigns.preview")} width={width} height={560} />
        </>
      )}
    </>
  );
}
