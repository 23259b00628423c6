import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, wrap, type One } from "@/lib/api";
import type { CampaignPreview } from "@/lib/types";
import { HtmlFrame } from "@/ui/html-frame";
import { ErrorNote, Loading } from "@/ui/page";

/** The mail that went out, rendered again for a made-up person. */
export function SentPreview({ messageId }: { messageId: string }) {
  const { t } = useTranslation();
  const preview = useQuery({
    queryKey: ["campaign-preview", "sent", messageId],
    queryFn: () => api.post<One<CampaignPreview>>("/api/campaign-previews", wrap("campaign-preview", { campaign_message_id: messageId })),
    staleTime: Infinity,
  });
  if (preview.isError) return <ErrorNote error={preview.error} />;
  if (!preview.data) return <Loading />;
  return (
    <div style={{ marginTop: 12 }}>
      <HtmlFrame html={preview.data.data.attributes.html} title={t("campaigns.preview")} />
    </div>
  );
}
