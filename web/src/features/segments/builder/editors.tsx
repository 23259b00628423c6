/** Which fields each kind of condition has: those of its sentence, and those below it. */
import type { ComponentType } from "react";
import type { Condition } from "@/lib/definition";
import type { ConditionType } from "../draft";
import { GroupEditor } from "../group-condition";
import { MetricEditor, MetricFilters } from "../metric-condition";
import { PropertyEditor } from "../property-condition";
import { ConsentDetails, ConsentEditor, PermissionDetails, PermissionEditor } from "./consent-condition";
import { FunnelEditor, FunnelSteps } from "./funnel-condition";
import { DistanceEditor, RegionEditor } from "./place-conditions";
import { PredictionEditor } from "./prediction-condition";

interface Editor<C extends Condition> {
  Line: ComponentType<{ condition: C; onChange: (condition: Condition) => void }>;
  Below?: ComponentType<{ condition: C; onChange: (condition: Condition) => void }>;
}

/** What is not here is shown as its sentence, and kept as it is. */
const EDITORS: { [Type in ConditionType]?: Editor<Extract<Condition, { type: Type }>> } = {
  "profile-metric": { Line: MetricEditor, Below: MetricFilters },
  "profile-property": { Line: PropertyEditor },
  "profile-metric-funnel": { Line: FunnelEditor, Below: FunnelSteps },
  "profile-group-membership": { Line: GroupEditor },
  "profile-marketing-consent": { Line: ConsentEditor, Below: ConsentDetails },
  "profile-permissions": { Line: PermissionEditor, Below: PermissionDetails },
  "profile-region": { Line: RegionEditor },
  "profile-postal-code-distance": { Line: DistanceEditor },
  "profile-predictive-analytics": { Line: PredictionEditor },
};

export const editorOf = (condition: Condition) => EDITORS[condition.type] as unknown as Editor<Condition> | undefined;

/** What there is to choose from. WhatsApp's permissions are chosen as a channel of consent. */
export const KINDS = [
  "profile-metric",
  "profile-property",
  "profile-metric-funnel",
  "profile-group-membership",
  "profile-marketing-consent",
  "profile-region",
  "profile-postal-code-distance",
  "profile-predictive-analytics",
] as const satisfies readonly ConditionType[];

export const kindOf = (condition: Condition): ConditionType => (condition.type === "profile-permissions" ? "profile-marketing-consent" : condition.type);
