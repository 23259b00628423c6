/** By which methods a consent can come about, and what each can be asked more exactly: one of several ids, one text, or nothing. */
import type { TFunction } from "i18next";
import type { Channel } from "@/lib/definition";

export type Detail = "in" | "equals" | "none";
type Methods = Readonly<Record<string, Detail>>;

const plain = (...names: string[]): Methods => Object.fromEntries(names.map((name) => [name, "none" as const]));
const oneOf = (...names: string[]): Methods => Object.fromEntries(names.map((name) => [name, "in" as const]));

const METHODS: Readonly<Record<string, Methods>> = {
  "email true": {
    ...oneOf("form", "api", "manual_import", "manual_add", "integration"),
    preference_page: "equals",
    ...plain("inbound_message", "back_in_stock", "sftp"),
  },
  "email false": {
    ...oneOf("api", "integration"),
    ...plain("preference_page", "one_click_unsubscribe", "spam_complaint", "mailbox_provider", "manual_remove", "manual_import"),
    ...plain("inbound_message", "data_warehouse_import", "profile_modification", "sftp"),
  },
  "sms true": { ...oneOf("form", "manual_import", "manual_add", "integration"), ...plain("checkout", "inbound_message", "preference_page", "sftp") },
  "sms false": {
    ...oneOf("form", "manual_import", "manual_add", "integration"),
    ...plain("inbound_message", "preference_page", "manual_remove", "bulk_remove", "checkout", "carrier_deactivation", "provided_landline"),
    ...plain("message_blocked", "provided_no_age", "failed_age_gate", "sftp"),
  },
};

export const consentMethods = (channel: Channel, can: boolean): Methods => METHODS[`${channel} ${can}`] ?? {};

export const PERMISSION_METHODS: Methods = {
  ...oneOf("form"),
  ...plain("api", "back_in_stock", "bigcommerce", "bulk_remove", "campaign_monitor", "carrier_deactivation", "checkout", "constant_contact"),
  ...plain("exact_target", "facebook", "failed_age_gate", "inbound_message", "integration", "mad_mimi", "magento_two", "mailbox_provider"),
  ...plain("manual_add", "manual_import", "manual_remove", "message_blocked", "netsuite", "preference_page", "provided_landline"),
  ...plain("provided_no_age", "sftp", "shopify", "social_instagram_message", "spam_complaint", "square", "wix", "woocommerce"),
};

export const methodName = (method: string, t: TFunction): string => t(`consentMethod.${method}` as "consentMethod.form", { defaultValue: method.replaceAll("_", " ") });

/** The fields that a consent can be asked about, by channel, whether it can be used, and how it stands. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "email true subscribed": ["status_date", "method", "is_double_opt_in", "custom_source"],
  "email false any": ["bounce_date", "manual_suppression_date", "invalid_email_date"],
  "email false unsubscribed": ["status_date", "method", "bounce_date", "manual_suppression_date", "invalid_email_date"],
  "email false never_subscribed": ["bounce_date", "manual_suppression_date", "invalid_email_date"],
  "email false subscribed": ["bounce_date", "manual_suppression_date", "invalid_email_date"],
  "sms true subscribed": ["status_date", "method", "is_rcs_capable"],
  "sms false unsubscribed": ["status_date", "method"],
  "push true any": ["status_date"],
};
export const PERMISSION_FIELDS = ["effective_date", "recorded_date", "subscribe_method"] as const;

export const consentFields = (channel: Channel, can: boolean, subscription: string): readonly string[] => FIELDS[`${channel} ${can} ${subscription}`] ?? [];

const SUBSCRIPTIONS: Readonly<Record<string, readonly string[]>> = {
  "email true": ["any", "subscribed", "never_subscribed"],
  "email false": ["any", "unsubscribed", "subscribed", "never_subscribed"],
  "sms true": ["subscribed"],
  "sms false": ["any", "unsubscribed", "never_subscribed"],
  "push true": ["any"],
  "push false": ["any"],
};
export const subscriptions = (channel: Channel, can: boolean): readonly string[] => SUBSCRIPTIONS[`${channel} ${can}`] ?? ["any"];
