/** Every list of rows: virtual, sortable, walked with the arrow keys, loading more as its end comes near. */
import { ActionIcon, Checkbox, Menu, Skeleton, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconColumns3, IconSelector } from "@tabler/icons-react";
import { flexRender, getCoreRowModel, useReactTable, type ColumnDef, type RowData, type VisibilityState } from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useLocalStorage } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import classes from "./data-table.module.css";

declare module "@tanstack/react-table" {
  // The names of the type parameters are the library's.
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData extends RowData, TValue> {
    align?: "right";
    width?: number | string;
    sort?: string;
    phone?: boolean;
    label?: string;
  }
}

export type Column<Row> = ColumnDef<Row, unknown>;

const ROW_HEIGHT = 40;
const AHEAD = 12;

interface DataTableProps<Row> {
  name: string;
  columns: Column<Row>[];
  rows: Row[];
  rowId: (row: Row) => string;
  sort?: string;
  onSort?: (sort: string) => void;
  onOpen?: (row: Row) => void;
  onEnd?: () => void;
  loading?: boolean;
  loadingMore?: boolean;
  empty?: ReactNode;
  hidden?: VisibilityState;
  label: string;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rows, rowId, loading, empty, label } = props;
  const [visibility] = useColumnVisibility(props.name, props.hidden);
  const table = useReactTable({
    data: rows,
    columns,
    getRowId: rowId,
    getCoreRowModel: getCoreRowModel(),
    manualSorting: true,
    state: { columnVisibility: visibility },
  });
  const frame = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: AHEAD,
  });
  const items = virtual.getVirtualItems();
  useNearEnd(items.at(-1)?.index, rows.length, props.onEnd, props.loadingMore);
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  if (!loading && !rows.length && empty) return <>{empty}</>;
  return (
    <div ref={frame} className={classes.frame} onKeyDown={walkRows}>
      <table className={classes.table} aria-label={label} aria-rowcount={rows.length} aria-busy={loading}>
        <thead>
          <tr>
            {table.getFlatHeaders().map((header) => (
              <HeadCell key={header.id} meta={header.column.columnDef.meta} sort={props.sort} onSort={props.onSort}>
                {flexRender(header.column.columnDef.header, header.getContext())}
              </HeadCell>
            ))}
          </tr>
        </thead>
        <tbody>
          {loading && <Placeholder columns={table.getVisibleLeafColumns().length} />}
          {above > 0 && <tr aria-hidden style={{ height: above }} />}
          {items.map((item) => {
            const row = table.getRowModel().rows[item.index];
            if (!row) return null;
            const open = props.onOpen && (() => props.onOpen?.(row.original));
            return (
              <tr
                key={row.id}
                className={open ? classes.open : undefined}
                tabIndex={open ? 0 : undefined}
                aria-rowindex={item.index + 1}
                onClick={(event) => !isControl(event.target) && open?.()}
                onKeyDown={(event) => event.key === "Enter" && event.target === event.currentTarget && open?.()}
                style={{ height: ROW_HEIGHT }}
              >
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} data-align={cell.column.columnDef.meta?.align} data-phone={cell.column.columnDef.meta?.phone}>
                    {flexRender(cell.column.columnDef.cell, cell.getContext())}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 && <tr aria-hidden style={{ height: below }} />}
          {props.loadingMore && <Placeholder columns={table.getVisibleLeafColumns().length} rows={2} />}
        </tbody>
      </table>
    </div>
  );
}

function isControl(target: EventTarget): boolean {
  return target instanceof Element && Boolean(target.closest("a, button, input, label, [role=menuitem]"));
}

function walkRows(event: KeyboardEvent<HTMLDivElement>) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("tbody tr[tabindex]")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = event.key === "ArrowDown" ? Math.min(at + 1, rows.length - 1) : Math.max(at - 1, 0);
  event.preventDefault();
  rows[next]?.focus();
}

function useNearEnd(last: number | undefined, count: number, onEnd?: () => void, busy?: boolean) {
  useEffect(() => {
    if (last !== undefined && !busy && last >= count - AHEAD) onEnd?.();
  }, [last, count, busy, onEnd]);
}

interface HeadCellProps {
  meta?: { align?: "right"; width?: number | string; sort?: string; phone?: boolean };
  sort?: string;
  onSort?: (sort: string) => void;
  children: ReactNode;
}

function HeadCell({ meta, sort, onSort, children }: HeadCellProps) {
  const field = meta?.sort;
  const direction = field && sort === field ? "ascending" : field && sort === `-${field}` ? "descending" : undefined;
  const Icon = direction === "ascending" ? IconArrowUp : direction === "descending" ? IconArrowDown : IconSelector;
  return (
    <th scope="col" aria-sort={direction} data-align={meta?.align} data-phone={meta?.phone} style={{ width: meta?.width }}>
      {field && onSort ? (
        <UnstyledButton className={classes.sort} onClick={() => onSort(direction === "descending" ? field : `-${field}`)}>
          {children}
          <Icon size={13} aria-hidden />
        </UnstyledButton>
      ) : (
        children
      )}
    </th>
  );
}

function Placeholder({ columns, rows = 8 }: { columns: number; rows?: number }) {
  return Array.from({ length: rows }, (_, row) => (
    <tr key={row} style={{ height: ROW_HEIGHT }}>
      {Array.from({ length: columns }, (_, column) => (
        <td key={column}>
          <Skeleton height={10} width={column === 0 ? "70%" : "50%"} />
        </td>
      ))}
    </tr>
  ));
}

/** What somebody chose; of columns that nobody decided about, and of those that come later, what `hidden` says. */
function useColumnVisibility(name: string, hidden: VisibilityState = {}) {
  const [chosen, choose] = useLocalStorage<VisibilityState>({ key: `cairn.columns.${name}`, defaultValue: {}, getInitialValueInEffect: false });
  return [{ ...hidden, ...chosen }, choose] as const;
}

interface ColumnChoiceProps<Row> {
  name: string;
  columns: Column<Row>[];
  hidden?: VisibilityState;
}

/** Which columns the table of the same name shows; kept in this browser. */
export function ColumnChoice<Row>({ name, columns, hidden }: ColumnChoiceProps<Row>) {
  const { t } = useTranslation();
  const [visibility, setVisibility] = useColumnVisibility(name, hidden);
  return (
    <Menu closeOnItemClick={false} position="bottom-end" shadow="md">
      <Menu.Target>
        <ActionIcon variant="default" size={32} aria-label={t("common.columns")}>
          <IconColumns3 size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {columns
          .filter((column) => column.id && column.meta?.label)
          .map((column) => {
            const id = column.id as string;
            const shown = visibility[id] !== false;
            return (
              <Menu.Item key={id} onClick={() => setVisibility({ ...visibility, [id]: !shown })}>
                <Checkbox size="xs" checked={shown} readOnly tabIndex={-1} label={column.meta?.label} style={{ pointerEvents: "none" }} />
              </Menu.Item>
            );
          })}
      </Menu.Dropdown>
    </Menu>
  );
}
