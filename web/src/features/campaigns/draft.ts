/** A campaign as it is before anybody wrote a word, and the HTML a first mail starts from. */
import { wrap } from "@/lib/api";
import type { EmailContent } from "@/lib/types";

export function newCampaign(name: string, included: string[], content: EmailContent): object {
  return wrap("campaign", {
    name,
    audiences: { included, excluded: [] },
    send_strategy: { method: "immediate" },
    "campaign-messages": {
      data: [{ type: "campaign-message", attributes: { definition: { channel: "email", label: name, content } } }],
    },
  });
}

/** A first mail to write over; its button leads to the shop. */
export const starterHtml = (shop: string) => `<!doctype html>
<html>
  <body style="margin:0;background:#f4f4f2;font-family:Helvetica,Arial,sans-serif;color:#22262a">
    <table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:32px 16px">
      <table role="presentation" width="560" cellpadding="0" cellspacing="0" style="background:#ffffff;border-radius:8px;max-width:100%">
        <tr><td style="padding:32px">
          <h1 style="margin:0 0 12px;font-size:24px">Hello {{ first_name|default:"there" }}</h1>
          <p style="margin:0 0 20px;font-size:16px;line-height:24px">Write what is new here.</p>
          <a href="${shop}" style="background:#0f766e;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none;display:inline-block">Visit the shop</a>
        </td></tr>
        <tr><td style="padding:16px 32px 32px;font-size:12px;color:#6b7280">
          You get this mail because you subscribed. {% unsubscribe 'Unsubscribe' %}
        </td></tr>
      </table>
    </td></tr></table>
  </body>
</html>
`;

export interface Draft {
  included: string[];
  excluded: string[];
  content: EmailContent;
  html: string;
}

export type Missing = "audience" | "subject" | "sender" | "html" | "unsubscribe";

/** What a campaign still lacks before it may be sent. */
export function missing(draft: Draft): Missing[] {
  const lacks: Missing[] = [];
  if (!draft.included.length) lacks.push("audience");
  if (!draft.content.subject?.trim()) lacks.push("subject");
  if (!draft.content.from_email?.trim()) lacks.push("sender");
  if (!draft.html.trim()) lacks.push("html");
  else if (!/unsubscribe|manage_preferences/i.test(draft.html)) lacks.push("unsubscribe");
  return lacks;
}

/** The only lack that a person may overrule: the server adds a footer of its own. */
export const blocks = (lacks: Missing[]) => lacks.some((lack) => lack !== "unsubscribe");
