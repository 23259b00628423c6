import { useTranslation } from "react-i18next";
import type { ChannelConsent, ProfileAttributes } from "@/lib/types";
import { Status, type Tone } from "@/ui/status";

export function consentTone(state: string | undefined, suppressed: boolean): Tone {
  if (suppressed || state === "UNSUBSCRIBED") return "bad";
  return state === "SUBSCRIBED" ? "good" : "idle";
}

export function ConsentWord({ channel }: { channel: ChannelConsent | undefined }) {
  const { t } = useTranslation();
  const suppressed = Boolean(channel?.suppression?.length);
  const state = channel?.consent ?? "NEVER_SUBSCRIBED";
  const word = suppressed ? t("consent.suppressed") : t(`consent.${state}` as "consent.SUBSCRIBED", { defaultValue: state.toLowerCase().replaceAll("_", " ") });
  return <Status tone={consentTone(state, suppressed)}>{word}</Status>;
}

export function EmailConsent({ profile }: { profile: ProfileAttributes }) {
  return <ConsentWord channel={profile.subscriptions?.email?.marketing} />;
}
