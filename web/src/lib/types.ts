/** The shapes of the resources this app shows. */
import type { Definition } from "./definition";

export interface SessionAttributes {
  email: string;
  name: string;
  account_id: string;
  account_name: string;
  timezone: string;
  currency: string;
  company_id: string;
}

export interface AccountAttributes {
  test_account: boolean;
  contact_information: {
    default_sender_name: string;
    default_sender_email: string;
    website_url?: string | null;
    organization_name: string;
  };
  timezone: string;
  preferred_currency: string;
  public_api_key: string;
  locale: string;
  industry?: string | null;
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

export interface ProfileAttributes {
  email?: string | null;
  phone_number?: string | null;
  external_id?: string | null;
  first_name?: string | null;
  last_name?: string | null;
  organization?: string | null;
  locale?: string | null;
  title?: string | null;
  image?: string | null;
  created?: string | null;
  updated?: string | null;
  last_event_date?: string | null;
  location?: Record<string, string | number | null> | null;
  properties?: Record<string, unknown> | null;
  joined_group_at?: string | null;
  subscriptions?: Record<string, Record<string, ChannelConsent> | null> | null;
}

export interface ConsentChange {
  channel: string;
  before: string | null;
  after: string;
  at: string;
  recorded_at: string;
  method: string | null;
  method_detail: string | null;
  source: string | null;
}

export interface EventAttributes {
  timestamp: number;
  datetime: string;
  event_properties: Record<string, unknown>;
  uuid: string;
}

export interface MetricAttributes {
  name: string;
  created: string;
  updated: string;
  integration?: { name?: string; category?: string } | null;
}

export interface MetricPropertyAttributes {
  label: string;
  property: string;
  inferred_type: string;
  sample_values?: (string | number | boolean)[] | null;
}

export interface ListAttributes {
  name: string;
  created: string;
  updated: string;
  opt_in_process: "single_opt_in" | "double_opt_in";
  profile_count?: number;
}

export interface SegmentAttributes {
  name: string;
  definition: Definition | null;
  created: string;
  updated: string;
  is_active: boolean;
  is_processing: boolean;
  is_starred: boolean;
  profile_count?: number;
  summary?: string | null;
  watermark?: string | null;
}

export interface SegmentPreview {
  count: number;
  as_of: string;
  conditions: number[][];
  sample: { id: string; email: string | null; first_name: string | null; last_name: string | null }[];
  milliseconds: number;
  summary?: string;
}

export interface ExplainedCondition {
  summary: string;
  holds: boolean;
  value: unknown;
  evidence: unknown[];
  since: string | null;
  until: string | null;
}

export interface SegmentExplanation {
  member: boolean;
  as_of: string;
  groups: { holds: boolean; conditions: ExplainedCondition[] }[];
}

export interface SendProgress {
  recipients: number;
  queued: number;
  sent: number;
  failed: number;
  skipped: number;
  skipped_reasons: Record<string, number>;
}

export interface CampaignAttributes {
  name: string;
  status: string;
  archived: boolean;
  audiences: { included: string[]; excluded: string[] };
  send_strategy: { method: string; datetime?: string | null } | null;
  created_at: string;
  scheduled_at?: string | null;
  updated_at: string;
  send_time?: string | null;
  progress?: SendProgress | null;
}

export interface EmailContent {
  subject?: string | null;
  preview_text?: string | null;
  from_email?: string | null;
  from_label?: string | null;
  reply_to_email?: string | null;
}

export interface CampaignMessageAttributes {
  definition: { channel: string; label?: string | null; content: EmailContent };
}

export interface TemplateAttributes {
  name: string;
  editor_type: string;
  html: string;
  text?: string | null;
}

export interface CampaignPreview {
  subject: string;
  preview_text: string;
  html: string;
  text: string;
  errors: (string | { message?: string; line?: number })[];
}

export interface LedgerRow {
  state: string;
  reason: string | null;
  email: string | null;
  queued_at: string | null;
  sent_at: string | null;
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

export interface RevenueNumbers {
  total: number;
  attributed: number;
  orders: number;
  attributed_orders: number;
}

export interface RevenueReport extends RevenueNumbers {
  currency: string;
  previous: RevenueNumbers | null;
  dates: string[];
  total_series: number[];
  attributed_series: number[];
  as_of?: string;
}

export interface AudienceReport {
  dates: string[];
  profiles: number[];
  subscribers: number[];
  new: number[];
  unsubscribed: number[];
  as_of?: string;
}

export interface MetricAggregate {
  dates: string[];
  data: { dimensions: string[]; measurements: Record<string, number[]> }[];
}

export interface InboxMessage {
  to: string;
  from: string;
  subject: string;
  html: string | null;
  text: string | null;
  headers: Record<string, string> | [string, string][];
  received_at: string;
}

export interface ApiKeyAttributes {
  name: string;
  scopes: string[];
  redacted_key: string;
  created: string;
  last_used: string | null;
  status: string;
  private_key?: string | null;
}

/** A list or a segment where either may stand. */
export interface AudienceGroup {
  id: string;
  name: string;
  kind: "list" | "segment";
}
