/** A customer's HTML, shown without giving it anything: no scripts, no cookies, links open in a new tab. */
import { useMemo } from "react";

interface HtmlFrameProps {
  html: string;
  title: string;
  height?: number | string;
  width?: number | string;
}

const BASE = '<base target="_blank"><meta name="referrer" content="no-referrer">';

export function HtmlFrame({ html, title, height = 560, width = "100%" }: HtmlFrameProps) {
  const document = useMemo(() => {
    const head = html.match(/<head[^>]*>/i)?.[0];
    return head ? html.replace(head, head + BASE) : BASE + html;
  }, [html]);
  return (
    <iframe
      title={title}
      srcDoc={document}
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerPolicy="no-referrer"
      style={{ width, height, border: "1px solid var(--rule)", borderRadius: 8, background: "#fff", colorScheme: "light", display: "block" }}
    />
  );
}
