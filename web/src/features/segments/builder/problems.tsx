/** Which field of a condition the server refused. Fields ask by their path inside the condition, as the pointer has it. */
import { createContext, useContext, type ReactNode } from "react";

const Refused = createContext<string | undefined>(undefined);
const Base = createContext("");

/** `field` is the refused path inside the condition; nothing if the condition is well. */
export function Refusal({ field, children }: { field: string | undefined; children: ReactNode }) {
  return <Refused.Provider value={field}>{children}</Refused.Provider>;
}

/** Everything inside is at `at` of what is around it. */
export function Inside({ at, children }: { at: string; children: ReactNode }) {
  const base = useContext(Base);
  return <Base.Provider value={base ? `${base}/${at}` : at}>{children}</Base.Provider>;
}

/** Whether a field, or something within it, was refused. */
export function useRefused(): (field: string) => boolean {
  const refused = useContext(Refused);
  const base = useContext(Base);
  return (field) => refused !== undefined && covers([base, field].filter(Boolean).join("/"), refused);
}

export const covers = (field: string, refused: string): boolean => refused === field || refused.startsWith(`${field}/`);
