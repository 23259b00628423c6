/** What the codes of consent are called; one without a word is shown as it is, readable. */
import type { TFunction } from "i18next";

const plain = (code: string) => code.toLowerCase().replaceAll("_", " ");

export const channelName = (t: TFunction, channel: string) => t(`channels.${channel.replace(".", "_")}` as "channels.sms_marketing", { defaultValue: plain(channel) });
export const methodName = (t: TFunction, method: string) => t(`methods.${method}` as "methods.API", { defaultValue: plain(method) });
export const reasonName = (t: TFunction, reason: string) => t(`reach.${reason}` as "reach.HARD_BOUNCE", { defaultValue: plain(reason) });
