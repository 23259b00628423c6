/** What links can carry, and a draft of the settings as the page edits it. */
import type { TrackingSettings } from "@/lib/types";

export const STANDARD = ["utm_source", "utm_medium", "utm_campaign", "utm_id", "utm_term"] as const;
export const CAMPAIGN_VALUES = [
  "campaign_name",
  "campaign_name_id",
  "campaign_name_send_day",
  "campaign_id",
  "group_name",
  "group_name_id",
  "group_id",
  "email_subject",
  "link_alt_text",
  "message_type",
  "profile_id",
  "profile_external_id",
] as const;
export const FLOW_VALUES = ["flow_name", "flow_id", "message_name", "message_name_id", "email_subject", "link_alt_text", "message_type", "profile_id", "profile_external_id"] as const;
export const MOST_CUSTOM = 5;

export type Place = "campaign" | "flow";
export interface LinkValue {
  type: string;
  value: string;
}
export interface Parameter {
  name: string;
  campaign: LinkValue | null;
  flow: LinkValue | null;
}

/** All parameters in one list, the standard ones first. */
export function parametersOf(settings: TrackingSettings): Parameter[] {
  const standard = STANDARD.map((name) => ({ name, campaign: settings[name].campaign, flow: settings[name].flow }));
  const custom = settings.custom_parameters.map((one) => ({ name: one.name, campaign: one.campaign ?? null, flow: one.flow ?? null }));
  return [...standard, ...custom];
}

/** The settings as the server takes them; a text that is empty adds nothing. */
export function attributesOf(auto: boolean, parameters: Parameter[]) {
  const standard = Object.fromEntries(parameters.slice(0, STANDARD.length).map((one) => [one.name, { campaign: sent(one.campaign), flow: sent(one.flow) }]));
  const custom = parameters.slice(STANDARD.length).map((one) => ({ name: one.name.trim(), campaign: sent(one.campaign), flow: sent(one.flow) }));
  return { auto_add_parameters: auto, ...standard, custom_parameters: custom };
}

export const sent = (value: LinkValue | null): LinkValue | null => (value && (value.type !== "static" || value.value.trim()) ? value : null);
