import { Anchor, Button, Group, Table, Tabs, Text, Title } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, type One, type Resource } from "@/lib/api";
import { useRows } from "@/lib/collections";
import { contains } from "@/lib/filter";
import { useSession } from "@/lib/session";
import type { InboxMessage } from "@/lib/types";
import { Hint } from "@/ui/hint";
import { HtmlFrame } from "@/ui/html-frame";
import { Lines } from "@/ui/lines";
import { Moment } from "@/ui/moment";
import { Empty, ErrorNote, Page } from "@/ui/page";
import { SearchBox } from "@/ui/search-box";
import classes from "./outbox.module.css";

type Row = Resource<InboxMessage>;
const POLL = 3_000;

export function OutboxPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const session = useSession();
  const search = useSearch({ strict: false });
  const messages = useRows<InboxMessage>(
    ["inbox"],
    "/api/inbox-messages",
    {
      sort: "-received_at",
      filter: search.search ? contains("subject", search.search) : undefined,
      "fields[inbox-message]": "to,from,subject,received_at",
      "page[size]": 50,
    },
    { refetchInterval: POLL },
  );
  const open = (message: string | undefined) =>
    void navigate({ to: "/outbox", search: { search: search.search, message }, replace: true });
  const shown = search.message ?? messages.rows[0]?.id;
  return (
    <Page fill title={t("nav.outbox")} note={t("outbox.intro")} actions={<Clear disabled={!messages.rows.length} onDone={() => open(undefined)} />}>
      {session.isDemo && (
        <Hint>
          {t("outbox.demoHint")}{" "}
          <Anchor component={Link} to="/campaigns" inherit underline="always">
            {t("outbox.demoLink")}
          </Anchor>
        </Hint>
      )}
      <div className={classes.columns} data-open={Boolean(search.message)}>
        <div className={classes.list}>
          <SearchBox
            label={t("outbox.search")}
            value={search.search ?? ""}
            onChange={(text) => void navigate({ to: "/outbox", search: { search: text || undefined, message: undefined }, replace: true })}
          />
          {messages.error && <ErrorNote error={messages.error} retry={messages.retry} />}
          {messages.loading && <Lines count={8} />}
          {!messages.loading && !messages.error && !messages.rows.length && (
            <Empty title={search.search ? t("outbox.noneFound") : t("outbox.none")}>{search.search ? undefined : t("outbox.noneHint")}</Empty>
          )}
          <ul className={classes.messages}>
            {messages.rows.map((row) => (
              <MessageLine key={row.id} row={row} active={row.id === shown} open={() => open(row.id)} />
            ))}
          </ul>
          {messages.hasMore && (
            <Button variant="default" fullWidth my="sm" loading={messages.loadingMore} onClick={messages.more}>
              {t("common.showMore")}
            </Button>
          )}
        </div>
        <div className={classes.message}>{shown && <MessageView id={shown} close={() => open(undefined)} />}</div>
      </div>
    </Page>
  );
}

function MessageLine({ row, active, open }: { row: Row; active: boolean; open: () => void }) {
  const { to, subject, received_at } = row.attributes;
  return (
    <li>
      <button type="button" className={classes.line} data-active={active} aria-current={active} onClick={open}>
        <span className="clip" style={{ fontWeight: 500 }}>
          {subject || "–"}
        </span>
        <span className="quiet figure">
          <Moment at={received_at} as="ago" />
        </span>
        <span className="quiet clip">{to}</span>
      </button>
    </li>
  );
}

function Clear({ disabled, onDone }: { disabled: boolean; onDone: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const clear = useMutation({
    mutationFn: () => api.delete("/api/inbox-messages"),
    onSuccess: () => {
      onDone();
      void queries.invalidateQueries({ queryKey: ["inbox"] });
    },
  });
  return (
    <Button variant="default" leftSection={<IconTrash size={15} />} disabled={disabled} loading={clear.isPending} onClick={() => clear.mutate()}>
      {t("outbox.clear")}
    </Button>
  );
}

function MessageView({ id, close }: { id: string; close: () => void }) {
  const { t } = useTranslation();
  const message = useQuery({
    queryKey: ["inbox", id],
    queryFn: () => api.get<One<InboxMessage>>(`/api/inbox-messages/${id}`),
    staleTime: Infinity,
  });
  if (message.isError) return <ErrorNote error={message.error} />;
  if (!message.data) return <Lines count={2} />;
  const { to, from, subject, html, text, headers, received_at } = message.data.data.attributes;
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers ?? {});
  return (
    <article>
      <Button className={classes.back} variant="subtle" color="gray" size="compact-sm" onClick={close}>
        ← {t("nav.outbox")}
      </Button>
      <Title order={2} mb={4}>
        {subject || "–"}
      </Title>
      <Group gap="md" mb="sm">
        <Text c="dimmed">
          {t("outbox.from")} {from}
        </Text>
        <Text c="dimmed">
          {t("outbox.to")} {to}
        </Text>
        <Text c="dimmed">
          <Moment at={received_at} />
        </Text>
      </Group>
      <Tabs defaultValue={html ? "html" : "text"}>
        <Tabs.List mb="sm">
          <Tabs.Tab value="html">{t("outbox.mail")}</Tabs.Tab>
          <Tabs.Tab value="text">{t("outbox.text")}</Tabs.Tab>
          <Tabs.Tab value="headers">{t("outbox.headers")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="html">{html ? <HtmlFrame html={html} title={subject || t("outbox.mail")} height="68vh" /> : <Text c="dimmed">{t("outbox.noHtml")}</Text>}</Tabs.Panel>
        <Tabs.Panel value="text">{text ? <pre className={classes.text}>{text}</pre> : <Text c="dimmed">{t("outbox.noText")}</Text>}</Tabs.Panel>
        <Tabs.Panel value="headers">
          <Table>
            <Table.Tbody>
              {pairs.map(([name, value], at) => (
                <Table.Tr key={at}>
                  <Table.Td className="quiet" w={200}>
                    {name}
                  </Table.Td>
                  <Table.Td className="mono" style={{ overflowWrap: "anywhere" }}>
                    {String(value)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Tabs.Panel>
      </Tabs>
    </article>
  );
}
