/** A segment's definition as the API has it: groups are joined by AND, conditions inside a group by OR. */

export type Scalar = string | number | boolean | null;

export type Unit = "hour" | "day" | "week";

export type DateFilter =
  | { type: "date"; operator: "alltime" }
  | { type: "date"; operator: "in-the-last" | "at-least" | "in-the-next"; quantity: number; unit: Unit }
  | { type: "date"; operator: "between"; start: number; end: number; unit: Unit }
  | { type: "date"; operator: "before" | "after"; date: string }
  | { type: "date"; operator: "between-static"; start: string; end: string }
  | { type: "date"; operator: "anniversary" | "anniversary-month" };

export interface ValueFilter {
  type: "string" | "numeric" | "boolean" | "list" | "existence";
  operator: string;
  value?: Scalar | string[];
}

export type Filter = ValueFilter | DateFilter;

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
  measurement_filter: { type: "numeric"; operator: string; value: number };
  timeframe_filter: DateFilter;
  metric_filters?: MetricFilter[] | null;
}

export interface GroupCondition {
  type: "profile-group-membership";
  is_member: boolean;
  group_ids: string[];
}

export interface ConsentCondition {
  type: "profile-marketing-consent";
  consent: {
    channel: "email";
    can_receive_marketing: boolean;
    consent_status: { subscription: string; filters?: unknown };
  };
}


export type Condition = PropertyCondition | MetricCondition | GroupCondition | ConsentCondition;

export interface Definition {
  condition_groups: { conditions: Condition[] }[];
}
