/** A value that can be taken back, step by step. Quick changes one after another, as of typing, are one step. */
import { useCallback, useState } from "react";

export interface History<T> {
  now: T;
  past: T[];
  at: number;
}

const TOGETHER = 800;
const DEEPEST = 100;

export function changed<T>(history: History<T>, next: T, at: number): History<T> {
  const joins = at - history.at < TOGETHER && history.past.length > 0;
  return { now: next, past: joins ? history.past : [...history.past, history.now].slice(-DEEPEST), at };
}

export function undone<T>(history: History<T>): History<T> {
  const last = history.past.at(-1);
  return last === undefined ? history : { now: last, past: history.past.slice(0, -1), at: 0 };
}

export function useHistory<T>(start: T) {
  const [history, setHistory] = useState<History<T>>({ now: start, past: [], at: 0 });
  const set = useCallback((next: T) => setHistory((old) => changed(old, next, Date.now())), []);
  const undo = useCallback(() => setHistory(undone), []);
  return { now: history.now, set, undo, canUndo: history.past.length > 0 };
}
