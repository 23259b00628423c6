/** Shapes of the resources about one person's identity. */
import type { components } from "@/generated/api";

type Schemas = components["schemas"];
export type Identifier = Schemas["ProfileIdentifierResource"]["attributes"];
export type Duplicate = Schemas["ProfileDuplicateResource"]["attributes"];
export type DuplicateSearch = Schemas["DuplicateSearchResource"]["attributes"];
export type Deletion = Schemas["DataPrivacyDeletionJobResource"]["attributes"];
export type PersonalExport = Schemas["DataPrivacyExportJobResource"]["attributes"];
export type SentMessage = Schemas["MessageResource"]["attributes"];
export type Device = Schemas["PushTokenResource"]["attributes"];

/** Nobody but the one who is named by exactly one identifier. */
export function personDocument(kind: "id" | "email" | "phone_number" | "external_id", value: string): object {
  const person = kind === "id" ? { type: "profile", id: value, attributes: {} } : { type: "profile", attributes: { [kind]: value } };
  return { profile: { data: person } };
}
