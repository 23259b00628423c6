/** A value that can be taken back, step by step. Typing in one field is one step. */
import { useCallback, useState } from "react";

export interface History<T> {
  now: T;
  past: T[];
  at: number;
  /** The field that the last change was in. */
  field: string | undefined;
}

const TOGETHER = 1500;
const DEEPEST = 100;

/** The path of the only text or number in which two values differ; nothing if they differ otherwise. */
export function fieldOf(before: unknown, after: unknown, path = ""): string | undefined {
  if (typeof before !== "object" || typeof after !== "object" || !before || !after) return typeof before === typeof after ? path : undefined;
  const [a, b] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return undefined;
  const different = names.filter((name) => a[name] !== b[name] && JSON.stringify(a[name]) !== JSON.stringify(b[name]));
  const [name] = different;
  return different.length === 1 && name !== undefined ? fieldOf(a[name], b[name], `${path}/${name}`) : undefined;
}

export function changed<T>(history: History<T>, next: T, at: number): History<T> {
  const field = fieldOf(history.now, next);
  const joins = field !== undefined && field === history.field && at - history.at < TOGETHER;
  return { now: next, past: joins ? history.past : [...history.past, history.now].slice(-DEEPEST), at, field };
}

export function undone<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  return last === undefined ? history : { now: last, past: history.past.slice(0, -1), at: 0, field: undefined };
}

export function useHistory<T>(start: T) {
  const [history, setHistory] = useState<History<T>>({ now: start, past: [], at: 0, field: undefined });
  const set = useCallback((next: T) => setHistory((old) => changed(old, next, Date.now())), []);
  const undo = useCallback(() => setHistory(undone), []);
  return { now: history.now, set, undo, canUndo: history.past.length > 0 };
}
