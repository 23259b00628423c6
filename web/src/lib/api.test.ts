import { afterEach, describe, expect, it, vi } from "vitest";
import { address, api, ApiError, cookie, cursorOf, everything, onSignedOut, related, wrap } from "./api";

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(body === undefined ? null : JSON.stringify(body), { status, headers });

function server(...replies: Response[]) {
  vi.stubGlobal("document", { cookie: "a=1; cairn_csrf=t%20k" });
  const fetching = vi.fn<(path: string, init: RequestInit) => Promise<Response>>(() => Promise.resolve(replies.shift() as Response));
  vi.stubGlobal("fetch", fetching);
  return fetching;
}

afterEach(() => vi.unstubAllGlobals());

describe("the client", () => {
  it("names the revision and sends the CSRF token with writes only", async () => {
    const fetching = server(answer({ data: [] }), answer({ data: {} }, 201));
    await api.get("/api/lists");
    await api.post("/api/lists", wrap("list", { name: "News" }));
    const [read, write] = fetching.mock.calls.map((call) => call[1].headers as Record<string, string>);
    expect(read).toEqual({ accept: "application/vnd.api+json", revision: "2026-07-15" });
    expect(write).toMatchObject({ "X-CSRFToken": "t k", "content-type": "application/vnd.api+json" });
    expect(fetching.mock.calls[1]?.[1].body).toBe('{"data":{"type":"list","attributes":{"name":"News"}}}');
  });

  it("turns a refusal into words, the field they belong to, and the request id", async () => {
    const errors = [{ title: "Invalid", detail: "Name is taken.", source: { pointer: "/data/attributes/name" } }];
    server(answer({ errors }, 400, { "x-request-id": "r-1" }));
    const error = await api.post("/api/lists", {}).catch((caught: unknown) => caught as ApiError);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ message: "Name is taken.", status: 400, requestId: "r-1" });
    expect((error as ApiError).at("attributes/name")).toBe("Name is taken.");
    expect((error as ApiError).at("attributes/other")).toBeUndefined();
  });

  it("says when the session is gone", async () => {
    const told = vi.fn();
    const stop = onSignedOut(told);
    server(answer({ errors: [] }, 401), answer({ errors: [] }, 401));
    await api.get("/api/lists").catch(() => undefined);
    await api.get("/api/sessions/current").catch(() => undefined);
    stop();
    expect(told).toHaveBeenCalledTimes(1);
  });

  it("waits and asks again when it was too fast", async () => {
    vi.useFakeTimers();
    const fetching = server(answer({}, 429, { "retry-after": "2" }), answer({ data: 1 }));
    const reply = api.get("/api/lists");
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    expect(await reply).toEqual({ data: 1 });
    expect(fetching).toHaveBeenCalledTimes(2);
  });

  it("follows cursors to the end", async () => {
    const next = "http://x.test/api/lists?page%5Bcursor%5D=abc";
    const fetching = server(answer({ data: [{ id: "1" }], links: { next } }), answer({ data: [{ id: "2" }], links: { next: null } }));
    expect((await everything("/api/lists")).map((row) => row.id)).toEqual(["1", "2"]);
    expect(fetching.mock.calls[1]?.[0]).toBe("/api/lists?page%5Bcursor%5D=abc");
  });
});

describe("documents", () => {
  it("escapes what goes into the address and leaves out what is empty", () => {
    expect(address("/api/x", { filter: 'equals(a,"b&c")', sort: undefined, q: "" })).toBe("/api/x?filter=equals(a%2C%22b%26c%22)");
    expect(address("/api/x")).toBe("/api/x");
  });

  it("finds cursors, cookies and included resources", () => {
    expect(cursorOf(null)).toBeUndefined();
    expect(cursorOf("https://h.test/api?page[cursor]=x%3D")).toBe("x=");
    expect(cookie("b", "a=1; b=2")).toBe("2");
    const row = { type: "event", id: "1", attributes: {}, relationships: { metric: { data: { type: "metric", id: "m" } } } };
    const metric = { type: "metric", id: "m", attributes: { name: "Placed Order" } };
    expect(related({ included: [metric] }, row, "metric")).toBe(metric);
    expect(related({ included: [] }, row, "metric")).toBeUndefined();
  });
});
