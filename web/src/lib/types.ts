/**
 * The shapes of the resources this app shows. They are generated from the server's own description; written here is only
 * what that description leaves open (a segment's definition, a message's content, consent per channel).
 */
import type { components } from "@/generated/api";
import type { Definition } from "./definition";

type Schemas = components["schemas"];
type Attributes<Name extends keyof Schemas> = Schemas[Name] extends { attributes: infer Shape } ? Shape : never;

export type SessionAttributes = Attributes<"SessionResource">;
export type AccountAttributes = Attributes<"AccountResource">;
// The description says no more of the address than that it is an object.
export type AccountSettings = Omit<Attributes<"AccountSettingResource">, "address"> & { address: Record<string, string> };
export type ConsentChange = Attributes<"ProfileConsentResource">;
// Null stands only for what a sparse fieldset left out, and this app asks for all of an event or metric.
export type EventAttributes = Omit<Attributes<"EventResource">, "event_properties" | "datetime"> & {
  event_properties: Record<string, unknown>;
  datetime: string;
};
export type MetricAttributes = Omit<Attributes<"MetricResource">, "name"> & { name: string };
export type MetricOverview = Attributes<"MetricOverviewResource">;
export type CustomMetricAttributes = Attributes<"CustomMetricResource">;
export type CustomMetricDefinition = CustomMetricAttributes["definition"];
export type MappedMetricAttributes = Attributes<"MappedMetricResource">;
export type PropertyAttributes = Attributes<"ProfilePropertyResource">;
export type PropertyJob = Attributes<"ProfilePropertyJobResource">;
export type ConsentReport = Attributes<"ConsentReportResource">;
export type ConsentSettings = Attributes<"ConsentSettingResource">;
export type Reachability = Attributes<"ProfileReachabilityResource">;
export type ListMembership = Attributes<"ListMembershipResource">;
export type ListPageAttributes = Attributes<"ListPageResource">;
export type ListCleanup = Attributes<"ListCleanupResource">;
export type ListAttributes = Attributes<"ListResource">;
export type SegmentAttributes = Omit<Attributes<"SegmentResource">, "definition"> & { definition: Definition | null };
export type SegmentPreview = Attributes<"SegmentPreviewResource">;
export type SegmentValues = Attributes<"SegmentValuesResource">;
export type SegmentTimeline = Attributes<"SegmentTimelineResource">;
export type SegmentOverlap = Attributes<"SegmentOverlapResource">;
export type SegmentMakeUp = Attributes<"SegmentMakeUpResource">;
export type SegmentPurchases = Attributes<"SegmentPurchasesResource">;
export type SegmentUsage = Attributes<"SegmentUsageResource">;
export type MembershipChange = Attributes<"SegmentMembershipChangeResource">;
export type PastMembers = Attributes<"SegmentPastMembersResource">;
export type SegmentExplanation = Attributes<"SegmentExplanationResource">;
export type ExplainedCondition = SegmentExplanation["groups"][number]["conditions"][number];
export type CampaignAttributes = Omit<Attributes<"CampaignResource">, "send_strategy"> & {
  send_strategy: { method: string; datetime?: string | null } | null;
};
export type SendProgress = NonNullable<CampaignAttributes["progress"]>;
export type TemplateAttributes = Attributes<"TemplateResource">;
export type CampaignPreview = Attributes<"CampaignPreviewResource">;
export type LedgerRow = Attributes<"MessageResource">;
export type MetricAggregate = Omit<Attributes<"MetricAggregateResource">, "data"> & {
  data: { dimensions: string[]; measurements: Record<string, number[]> }[];
};
export type RevenueReport = Attributes<"RevenueReportResource">;
export type AudienceReport = Attributes<"AudienceReportResource">;
export interface ColumnRule {
  column: string;
  target?: string;
  name?: string;
  type?: string;
}
export interface ImportMapping {
  columns?: ColumnRule[];
  list_ids?: string[];
  consent?: string[];
  consent_source?: string;
  phone_country?: string;
  date_order?: string;
  time_zone?: string;
  metric?: string;
  currency?: string;
}
export interface MoveStep {
  name: string;
  done: boolean;
  counts: Record<string, number> & { reasons?: { reason: string; count: number }[] };
}
export type ImportJobAttributes = Omit<Attributes<"ImportJobResource">, "mapping" | "columns" | "shape" | "steps" | "counts" | "checked"> & {
  mapping: ImportMapping | null;
  columns: { name: string; examples: string[]; filled: number }[];
  shape: { format: string; encoding?: string; compression?: string; delimiter?: string } | null;
  steps: MoveStep[];
  counts: Record<string, number> | null;
  checked: Record<string, number> | null;
};
export interface ImportPreviewRow {
  row: number;
  action: "create" | "update" | "unchanged" | "record" | "refuse";
  reason: string;
  column: string;
  who: string;
  profile_id: string | null;
  changes: { field: string; old: unknown; new: unknown }[];
  consents: string[];
  kept: number;
  merged: number;
  metric: string;
}
export type ExportJobAttributes = Attributes<"ExportJobResource">;
export type InboxMessage = Attributes<"InboxMessageResource">;
export type ApiKeyAttributes = Attributes<"ApiKeyResource">;
export type WebhookAttributes = Attributes<"WebhookResource">;
export type WebhookDelivery = Attributes<"WebhookDeliveryResource">;
export type TrackingSettings = Attributes<"TrackingSettingResource">;
export type TrackingPreview = Attributes<"TrackingPreviewResource">;
export type OauthApp = Attributes<"OauthAppResource">;
export type OauthGrant = Attributes<"OauthGrantResource">;
export type OauthConsent = Attributes<"OauthConsentResource">;
export type ProfileAttributes = Partial<
  Omit<Attributes<"ProfileResource">, "location" | "properties" | "subscriptions" | "predictive_analytics">
> & {
  location?: Record<string, string | number | null> | null;
  properties?: Record<string, unknown> | null;
  subscriptions?: Record<string, Record<string, ChannelConsent> | null> | null;
};

export interface CampaignMessageAttributes {
  definition: { channel: string; label?: string | null; content: EmailContent };
}

export interface ChannelConsent {
  consent: string;
  consent_timestamp?: string | null;
  last_updated?: string | null;
  method?: string | null;
  method_detail?: string | null;
  suppression?: { reason: string; timestamp: string }[];
  can_receive_email_marketing?: boolean;
  can_receive_sms_marketing?: boolean;
  can_receive_push_marketing?: boolean;
  can_receive?: boolean;
}

export interface EmailContent {
  subject?: string | null;
  preview_text?: string | null;
  from_email?: string | null;
  from_label?: string | null;
  reply_to_email?: string | null;
}

export interface CampaignStatistics {
  recipients: number;
  delivered: number;
  opens_unique: number;
  open_rate: number;
  clicks_unique: number;
  click_rate: number;
  unsubscribe_uniques: number;
  unsubscribe_rate: number;
  bounced: number;
  conversions: number;
  conversion_uniques: number;
  conversion_value: number;
}

export interface CampaignValuesReport {
  results: { groupings: Record<string, string>; statistics: Partial<CampaignStatistics> }[];
}

/** A list or a segment where either may stand. */
export interface AudienceGroup {
  id: string;
  name: string;
  kind: "list" | "segment";
}
