import { Status, type Tone } from "@/ui/status";

export const STATUSES = ["Draft", "Scheduled", "Sending", "Sent", "Cancelled"];

const BUSY = new Set(["Sending", "Preparing to send", "Preparing to schedule", "Adding Recipients", "Sending Segments", "Queued without Recipients"]);

export const isDraft = (status: string) => status === "Draft";
export const isSending = (status: string) => BUSY.has(status);
export const isOver = (status: string) => status === "Sent" || status.startsWith("Cancelled") || status === "Variations Sent";

function tone(status: string): Tone {
  if (status === "Sent") return "good";
  if (isSending(status)) return "busy";
  if (status === "Scheduled") return "warn";
  return status.startsWith("Cancelled") ? "bad" : "idle";
}

export function CampaignStatus({ status }: { status: string }) {
  return <Status tone={tone(status)}>{status}</Status>;
}
