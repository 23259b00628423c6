// A shop's engineer sets up an integration, by real clicks: a key, its rotation, a webhook with its test, what links
// carry, and an app that is let in. Prints one JSON object of what was seen.
// usage: CAIRN_URL=… CAIRN_EMAIL=… CAIRN_PASSWORD=… CAIRN_RECEIVER=… CAIRN_CHROMIUM=… node tests/journeys/integration.mjs
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { CAIRN_URL: base, CAIRN_EMAIL, CAIRN_PASSWORD, CAIRN_RECEIVER, CAIRN_CHROMIUM } = process.env;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const REDIRECT = "http://localhost:3999/callback";
const VERIFIER = "v".repeat(43);
const HEADERS = { revision: "2026-07-15" };

const seen = {};
const errors = [];
const browser = await chromium.launch({ executablePath: CAIRN_CHROMIUM, args: FLAGS });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.setDefaultTimeout(30_000);
page.on("pageerror", (error) => errors.push(String(error)));
page.on("response", (answer) => answer.status() >= 500 && errors.push(`${answer.status()} ${answer.url()}`));

const withKey = async (key, path) => (await fetch(base + path, { headers: { ...HEADERS, authorization: `Klaviyo-API-Key ${key}` } })).status;

async function signIn() {
  await page.goto(`${base}/settings/api-keys`);
  await page.getByLabel("Email").fill(CAIRN_EMAIL);
  await page.getByLabel("Password").first().fill(CAIRN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "API keys" }).waitFor();
}

async function makeAndRotateAKey() {
  await page.getByRole("button", { name: "Create key" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Reports");
  await form.getByText("Read everything").click();
  await form.getByRole("button", { name: "Create key" }).click();
  const shown = page.getByTestId("private-key");
  await shown.waitFor();
  const old = await shown.textContent();
  seen.reads = await withKey(old, "/api/lists");
  await page.getByRole("button", { name: "What to do with “Reports”" }).click();
  await page.getByRole("menuitem", { name: "Rotate…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Create key" }).click();
  await page.waitForFunction((before) => document.querySelector('[data-testid="private-key"]')?.textContent !== before, old);
  seen.rotated = [await withKey(old, "/api/lists"), await withKey(await shown.textContent(), "/api/lists")];
}

async function makeAWebhook() {
  await page.getByRole("link", { name: "Webhooks" }).click();
  await page.getByRole("button", { name: "Create webhook" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Warehouse");
  await form.getByLabel("Address").fill(CAIRN_RECEIVER);
  await form.getByLabel("Signing key").fill("a key of sixteen or more letters");
  await form.getByLabel("Tells of").fill("opened_email");
  await page.getByRole("option", { name: "event:klaviyo.opened_email" }).click();
  await form.getByLabel("Name").click();
  await form.getByRole("button", { name: "Create webhook" }).click();
  await page.getByRole("heading", { name: "Warehouse" }).waitFor();
  await page.getByRole("button", { name: "Send a test" }).click();
  await page.getByRole("menuitem", { name: "event:klaviyo.opened_email" }).click();
  const row = page.getByRole("row").filter({ hasText: "event:klaviyo.opened_email" }).filter({ hasText: "Delivered" });
  await row.click();
  const drawer = page.getByRole("dialog", { name: "Delivery" });
  await drawer.getByText("thank you").waitFor();
  seen.delivered = await drawer.getByText('"type": "event"').count();
  await page.keyboard.press("Escape");
}

async function changeWhatLinksCarry() {
  await page.getByRole("link", { name: "Link tracking" }).click();
  await page.getByRole("textbox", { name: "utm_source In campaigns", exact: true }).click();
  await page.getByRole("option", { name: "Text:" }).click();
  await page.getByLabel("Text of utm_source In campaigns").fill("letter");
  await page.getByTestId("campaign_url").filter({ hasText: "utm_source=letter" }).waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Links of messages sent from now on carry these.").waitFor();
  await page.reload();
  seen.kept = await page.getByLabel("Text of utm_source In campaigns").inputValue();
}

async function letAnAppIn() {
  await page.getByRole("link", { name: "Apps" }).click();
  await page.getByRole("button", { name: "Register app" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("Lantern reports");
  await form.getByLabel("Redirect URIs").fill(REDIRECT);
  await form.getByLabel("What it may do with lists").getByText("Read", { exact: true }).click();
  await form.getByRole("button", { name: "Register app" }).click();
  const secret = await page.getByTestId("client-secret").textContent();
  const client = await page.getByRole("row").filter({ hasText: "Lantern reports" }).getByRole("button").first().textContent();
  const code_challenge = createHash("sha256").update(VERIFIER).digest("base64url");
  const query = new URLSearchParams({ client_id: client, redirect_uri: REDIRECT, response_type: "code", scope: "lists:read", state: "s1", code_challenge, code_challenge_method: "S256" });
  await page.route(`${REDIRECT}*`, (route) => route.fulfill({ body: "The app is back." }));
  await page.goto(`${base}/oauth/authorize?${query}`);
  await page.getByRole("button", { name: "Allow" }).click();
  await page.getByText("The app is back.").waitFor();
  const returned = new URL(page.url()).searchParams;
  seen.state = returned.get("state");
  const body = new URLSearchParams({ grant_type: "authorization_code", code: returned.get("code"), code_verifier: VERIFIER, redirect_uri: REDIRECT });
  const authorization = `Basic ${Buffer.from(`${client}:${secret}`).toString("base64")}`;
  const tokens = await (await fetch(`${base}/oauth/token`, { method: "POST", headers: { authorization }, body })).json();
  const asks = async () => (await fetch(`${base}/api/lists`, { headers: { ...HEADERS, authorization: `Bearer ${tokens.access_token}` } })).status;
  seen.allowed = await asks();
  await page.goto(`${base}/settings/apps`);
  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await page.getByText("No app has access").waitFor();
  const patience = Date.now() + 10_000;
  do seen.revoked = await asks();
  while (seen.revoked !== 401 && Date.now() < patience);
}

let failure = "";
try {
  await signIn();
  await makeAndRotateAKey();
  await makeAWebhook();
  await changeWhatLinksCarry();
  await letAnAppIn();
} catch (error) {
  failure = String(error);
} finally {
  await browser.close();
}
console.log(JSON.stringify({ ...seen, errors, failure }));
process.exit(failure || errors.length ? 1 : 0);
