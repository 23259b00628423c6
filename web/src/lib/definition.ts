/** A segment's definition as the API has it: groups are joined by AND, conditions inside a group by OR. */

export type Scalar = string | number | boolean | null;

export type Unit = "hour" | "day" | "week";

export type DateFilter =
  | { type: "date"; operator: "alltime" | "anniversary" | "anniversary-month" }
  | { type: "date"; operator: "in-the-last" | "at-least" | "in-the-next" | "anniversary-last" | "anniversary-next"; quantity: number; unit: Unit }
  | { type: "date"; operator: "between"; start: number; end: number; unit: Unit }
  | { type: "date"; operator: "before" | "after"; date: string }
  | { type: "date"; operator: "between-static"; start: string; end: string }
  | { type: "date"; operator: "calendar-month"; value: number };

export interface ValueFilter {
  type: "string" | "numeric" | "boolean" | "list" | "existence";
  operator: string;
  value?: Scalar | string[];
}

export type Filter = ValueFilter | DateFilter;

export interface NumberFilter {
  type: "numeric";
  operator: string;
  value: number;
}

export interface PropertyCondition {
  type: "profile-property";
  property: string;
  filter: Filter;
}

export interface MetricFilter {
  property: string;
  filter: ValueFilter;
}

export interface MetricCondition {
  type: "profile-metric";
  metric_id: string;
  measurement: "count" | "sum";
  measurement_filter: NumberFilter;
  timeframe_filter: DateFilter;
  metric_filters?: MetricFilter[] | null;
}

export interface FunnelStep {
  metric_exists: boolean;
  metric_id: string;
  metric_filters?: MetricFilter[] | null;
}

export interface FunnelCondition {
  type: "profile-metric-funnel";
  steps: FunnelStep[];
  timeframe_filter: DateFilter;
  completion_window_seconds?: string | null;
}

export interface GroupCondition {
  type: "profile-group-membership";
  is_member: boolean;
  group_ids: string[];
  timeframe_filter?: DateFilter | null;
}

/** What is asked of a consent: its date, the method by which it came, what was clicked. */
export interface ConsentFilter {
  field: string;
  method?: string | null;
  filter?: Filter | null;
}

export type Channel = "email" | "sms" | "push";

export interface ConsentCondition {
  type: "profile-marketing-consent";
  consent: {
    channel: Channel;
    can_receive_marketing: boolean;
    consent_status: { subscription: string; filters?: ConsentFilter[] | null };
  };
}

export interface PermissionCondition {
  type: "profile-permissions";
  channel: string;
  permission: { reachable_status: string; filters?: ConsentFilter[] | null };
}

export interface RegionCondition {
  type: "profile-region";
  in_region: boolean;
  region: string;
}

export interface DistanceCondition {
  type: "profile-postal-code-distance";
  country_code: string;
  postal_code: string;
  unit: "kilometers" | "miles";
  filter: NumberFilter;
}

export interface PredictionCondition {
  type: "profile-predictive-analytics";
  dimension: string;
  filter: Filter;
  measurement?: "priority" | "rank" | null;
  predicted_channel?: string | null;
}

export interface ObjectCondition {
  type: "profile-has-custom-object";
  object_type_id: string;
  object_type_relationship_id: string;
  filter: NumberFilter & { start?: number; end?: number };
  filters?: { property_id: number; filter: Filter }[] | null;
}

export type Condition =
  | PropertyCondition
  | MetricCondition
  | FunnelCondition
  | GroupCondition
  | ConsentCondition
  | PermissionCondition
  | RegionCondition
  | DistanceCondition
  | PredictionCondition
  | ObjectCondition;

export interface Definition {
  condition_groups: { conditions: Condition[] }[];
}
