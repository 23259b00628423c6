/** The one way to Cairn's server: JSON:API over fetch, with a session cookie and a CSRF header. */
import { useSyncExternalStore } from "react";

export const REVISION = "2026-07-15";
const MEDIA_TYPE = "application/vnd.api+json";
const RETRIES_WHEN_LIMITED = 3;

export interface Problem {
  id?: string;
  status?: number | string;
  code?: string;
  title?: string;
  detail?: string;
  source?: { pointer?: string; parameter?: string };
  meta?: Record<string, unknown>;
}

export interface ResourceId {
  type: string;
  id: string;
}

export interface Resource<A = Record<string, unknown>> extends ResourceId {
  attributes: A;
  relationships?: Record<string, { data?: ResourceId | ResourceId[] | null }>;
  links?: Record<string, string | null>;
}

export interface Links {
  self?: string | null;
  next?: string | null;
  prev?: string | null;
}

export interface One<A> {
  data: Resource<A>;
  included?: Resource[];
  links?: Links;
}

export interface Many<A> {
  data: Resource<A>[];
  included?: Resource[];
  links?: Links;
}

/** What the server refused, in its own words, with the request id a person can quote. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly problems: Problem[],
    readonly requestId: string | null,
  ) {
    super(problems[0]?.detail ?? problems[0]?.title ?? `HTTP ${status}`);
    this.name = "ApiError";
  }

  /** The first message whose pointer or parameter ends with the given path, e.g. "attributes/name". */
  at(path: string): string | undefined {
    const hit = this.problems.find((problem) => {
      const where = problem.source?.pointer ?? problem.source?.parameter ?? "";
      return where.replace(/^\/?data\//, "").includes(path);
    });
    return hit?.detail ?? hit?.title;
  }
}

/** The server gave no answer at all. */
export class Unreachable extends Error {
  override name = "Unreachable";
}

export type Query = Record<string, string | number | boolean | null | undefined>;
type Method = "GET" | "POST" | "PATCH" | "DELETE";

const signedOutListeners = new Set<() => void>();
/** Tells when a call finds the session gone; returns the way to stop listening. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

let online = true;
const onlineListeners = new Set<() => void>();
function setOnline(value: boolean): void {
  if (value === online) return;
  online = value;
  onlineListeners.forEach((tell) => tell());
}
/** Whether the last call reached the server. */
export function useServerReachable(): boolean {
  return useSyncExternalStore(
    (tell) => {
      onlineListeners.add(tell);
      return () => onlineListeners.delete(tell);
    },
    () => online,
  );
}

export function cookie(name: string, jar: string = document.cookie): string | undefined {
  const hit = jar.split("; ").find((part) => part.startsWith(`${name}=`));
  return hit && decodeURIComponent(hit.slice(name.length + 1));
}

export function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  if (!pairs.length) return path;
  const text = pairs.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`).join("&");
  return `${path}?${text}`;
}

async function send(method: Method, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { accept: MEDIA_TYPE, revision: REVISION };
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["content-type"] = MEDIA_TYPE;
  const token = method === "GET" ? undefined : cookie("cairn_csrf");
  if (token) headers["X-CSRFToken"] = token;
  const payload = body === undefined ? undefined : isForm ? body : JSON.stringify(body);
  try {
    const reply = await fetch(path, { method, headers, body: payload, signal, credentials: "same-origin" });
    setOnline(true);
    return reply;
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    setOnline(false);
    throw new Unreachable("The server cannot be reached.", { cause: error });
  }
}

async function refusal(reply: Response): Promise<ApiError> {
  const document = (await reply.json().catch(() => ({}))) as { errors?: Problem[] };
  const requestId = reply.headers.get("x-request-id") ?? document.errors?.[0]?.id ?? null;
  return new ApiError(reply.status, document.errors ?? [], requestId);
}

const wait = (seconds: number) => new Promise((done) => setTimeout(done, seconds * 1000));

async function call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const reply = await send(method, path, body, signal);
    if (reply.status === 429 && attempt < RETRIES_WHEN_LIMITED) {
      await wait(Math.min(Number(reply.headers.get("retry-after")) || 1, 10));
      continue;
    }
    if (!reply.ok) {
      if (reply.status === 401 && !path.startsWith("/api/sessions")) signedOutListeners.forEach((tell) => tell());
      throw await refusal(reply);
    }
    if (reply.status === 204) return undefined as T;
    const text = await reply.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>("GET", address(path, query), undefined, signal),
  post: <T>(path: string, body: unknown, signal?: AbortSignal) => call<T>("POST", path, body, signal),
  patch: <T>(path: string, body: unknown) => call<T>("PATCH", path, body),
  delete: (path: string, body?: unknown) => call<void>("DELETE", path, body),
};

/** The document JSON:API asks for around attributes. */
export function wrap(type: string, attributes: object, rest: { id?: string; relationships?: object } = {}): object {
  return { data: { type, ...rest, attributes } };
}

/** The cursor inside a `links.next`, which is all the next request needs. */
export function cursorOf(link: string | null | undefined): string | undefined {
  if (!link) return undefined;
  return new URL(link, "http://cairn.invalid").searchParams.get("page[cursor]") ?? undefined;
}

/** All pages of a collection whose pages are small (lists and segments come ten at a time). */
export async function everything<A>(path: string, query: Query = {}, limit = 500): Promise<Resource<A>[]> {
  const found: Resource<A>[] = [];
  let cursor: string | undefined;
  do {
    const page: Many<A> = await api.get<Many<A>>(path, { ...query, "page[cursor]": cursor });
    found.push(...page.data);
    cursor = cursorOf(page.links?.next);
  } while (cursor && found.length < limit);
  return found;
}

/** The resource a relationship points at, when the document includes it. */
export function related<A>(document: { included?: Resource[] }, row: Resource<unknown>, name: string): Resource<A> | undefined {
  const target = row.relationships?.[name]?.data;
  const first = Array.isArray(target) ? target[0] : target;
  if (!first) return undefined;
  return document.included?.find((other) => other.type === first.type && other.id === first.id) as Resource<A> | undefined;
}

export function relatedId(row: Resource<unknown>, name: string): string | undefined {
  const target = row.relationships?.[name]?.data;
  return Array.isArray(target) ? target[0]?.id : (target?.id ?? undefined);
}
