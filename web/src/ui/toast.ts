/** Short news in the corner: what was done, or what was refused and why. */
import { notifications } from "@mantine/notifications";
import { ApiError } from "@/lib/api";

export function say(message: string): void {
  notifications.show({ message, color: "accent", withBorder: true });
}

export function complain(error: unknown): void {
  const refused = error instanceof ApiError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  notifications.show({
    message: refused?.requestId ? `${message} (request ${refused.requestId.slice(0, 12)})` : message,
    color: "red",
    withBorder: true,
    autoClose: 8000,
  });
}
