/** Who came last, on the first page that anybody sees. */
import { Anchor, Button, Group, Table, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useRows } from "@/lib/collections";
import { fullName } from "@/lib/format";
import type { ProfileAttributes } from "@/lib/types";
import { Moment } from "@/ui/moment";
import { ErrorNote, Loading } from "@/ui/page";
import type { Member } from "./members";

const SHOWN = 6;

interface NewestProps {
  id: string;
  why: (member: Member) => void;
  all: () => void;
  empty: React.ReactNode;
  refetchInterval: number;
}

export function Newest({ id, why, all, empty, refetchInterval }: NewestProps) {
  const { t } = useTranslation();
  const members = useRows<ProfileAttributes>(
    ["segments", id, "members"],
    `/api/segments/${id}/profiles`,
    { sort: "-joined_group_at", "page[size]": SHOWN },
    { refetchInterval },
  );
  return (
    <section aria-label={t("segmentPage.newest")}>
      <Group justify="space-between" mb={4}>
        <Title order={2}>{t("segmentPage.newest")}</Title>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={all}>
          {t("segmentPage.allMembers")}
        </Button>
      </Group>
      {members.error ? (
        <ErrorNote error={members.error} retry={members.retry} />
      ) : members.loading ? (
        <Loading />
      ) : members.rows.length === 0 ? (
        empty
      ) : (
        <Table verticalSpacing={6} horizontalSpacing={0} aria-label={t("segmentPage.newest")}>
          <Table.Tbody>
            {members.rows.slice(0, SHOWN).map((row) => (
              <Row key={row.id} row={row} why={() => why(row)} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function Row({ row, why }: { row: Member; why: () => void }) {
  const { t } = useTranslation();
  const { email, phone_number, joined_group_at } = row.attributes;
  return (
    <Table.Tr>
      <Table.Td style={{ maxWidth: 0, width: "60%" }} className="clip">
        <Anchor component={Link} to={`/profiles/${row.id}`} c="inherit">
          {email ?? phone_number ?? row.id}
        </Anchor>{" "}
        <span className="quiet">{fullName(row.attributes)}</span>
      </Table.Td>
      <Table.Td className="figure quiet">
        <Moment at={joined_group_at} as="ago" />
      </Table.Td>
      <Table.Td className="figure" style={{ width: 76 }}>
        <Button size="compact-xs" variant="default" onClick={why}>
          {t("why.button")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
