/** Who is signed in, and how this account writes time and money. */
import { createContext, useContext, useMemo, type ReactNode } from "react";
import { useQuery } from "@tanstack/react-query";
import { api, type One } from "./api";
import { makeFormats, type Formats } from "./format";
import type { AccountAttributes, SessionAttributes } from "./types";

export interface Session extends SessionAttributes {
  isDemo: boolean;
  website: string | null;
}

const SessionContext = createContext<Session | null>(null);
const FormatsContext = createContext<Formats>(makeFormats("UTC", "USD"));

export const sessionQuery = {
  queryKey: ["session"],
  queryFn: () => api.get<One<SessionAttributes>>("/api/sessions/current"),
  retry: false,
  staleTime: 5 * 60_000,
} as const;

export function SessionProvider({ session, children }: { session: SessionAttributes; children: ReactNode }) {
  const account = useQuery({
    queryKey: ["account"],
    queryFn: () => api.get<{ data: { attributes: AccountAttributes }[] }>("/api/accounts"),
    staleTime: Infinity,
  });
  const facts = account.data?.data[0]?.attributes;
  const isTest = facts?.test_account ?? false;
  const website = facts?.contact_information.website_url ?? null;
  const value = useMemo(
    () => ({
      ...session,
      // The demo shop is the account whose owner signs in as demo@….
      isDemo: isTest || session.email.startsWith("demo@"),
      website,
    }),
    [session, isTest, website],
  );
  const formats = useMemo(() => makeFormats(session.timezone || "UTC", session.currency || "USD"), [session]);
  return (
    <SessionContext.Provider value={value}>
      <FormatsContext.Provider value={formats}>{children}</FormatsContext.Provider>
    </SessionContext.Provider>
  );
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of a signed-in page");
  return session;
}

export const useFormats = () => useContext(FormatsContext);
