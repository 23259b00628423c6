/** A part of the page that loads, fails and is empty by itself. */
import { Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ErrorNote } from "@/ui/page";

interface PanelProps<Found> {
  title: string;
  note?: ReactNode;
  query: UseQueryResult<Found>;
  empty?: (found: Found) => string | undefined;
  children: (found: Found) => ReactNode;
  lines?: number;
}

export function Panel<Found>({ title, note, query, empty, children, lines = 5 }: PanelProps<Found>) {
  const nothing = query.data !== undefined && empty?.(query.data);
  return (
    <section aria-label={title} aria-busy={query.isPending}>
      <Group gap="sm" align="baseline" mb="xs">
        <Title order={2}>{title}</Title>
        {note && (
          <Text component="span" size="xs" c="dimmed">
            {note}
          </Text>
        )}
      </Group>
      {query.isError ? (
        <ErrorNote error={query.error} retry={() => void query.refetch()} />
      ) : query.data === undefined ? (
        <Waiting lines={lines} />
      ) : nothing ? (
        <Text c="dimmed">{nothing}</Text>
      ) : (
        children(query.data)
      )}
    </section>
  );
}

function Waiting({ lines }: { lines: number }) {
  return (
    <Stack gap="sm" py={6}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={12} width={`${90 - line * 9}%`} />
      ))}
    </Stack>
  );
}
