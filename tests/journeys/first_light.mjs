// A newcomer's first quarter of an hour with the demo shop, by real clicks. Prints one JSON object of what was seen.
// With CAIRN_SHOTS=folder it also takes the pictures of docs/guide, with CAIRN_STAMP in place of the time in names.
// usage: CAIRN_URL=… CAIRN_EMAIL=… CAIRN_PASSWORD=… CAIRN_KEY=… CAIRN_CHROMIUM=… node tests/journeys/first_light.mjs
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { CAIRN_URL: base, CAIRN_EMAIL, CAIRN_PASSWORD, CAIRN_KEY, CAIRN_CHROMIUM, CAIRN_SHOTS, CAIRN_STAMP } = process.env;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const PATIENCE = 30_000;
const stamp = CAIRN_STAMP ?? Date.now();
const newcomer = `newcomer-${stamp}@example.com`;
const subject = `A lantern for {{ first_name }} ${stamp}`;
const HTML = `<html>
<body style="font-family: Georgia, serif">
<p>Dear {{ first_name|default:'friend' }},</p>
<p>the evenings are long, and we have
<a href="${base}/demo-shop/products/LL-1004">a lantern for them</a>.</p>
<p><small>{{ organization.name }} · {% unsubscribe 'Unsubscribe' %}</small></p>
</body>
</html>`;
const HEADERS = { authorization: `Klaviyo-API-Key ${CAIRN_KEY}`, revision: "2026-07-15", "content-type": "application/vnd.api+json" };

const seen = {};
const errors = [];
const browser = await chromium.launch({ executablePath: CAIRN_CHROMIUM, args: FLAGS });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
page.setDefaultTimeout(PATIENCE);
page.on("pageerror", (error) => errors.push(String(error)));
page.on("response", (answer) => answer.status() >= 500 && errors.push(`${answer.status()} ${answer.url()}`));

async function shoot(name) {
  if (!CAIRN_SHOTS) return;
  await page.waitForTimeout(1500); // for the eye: charts have drawn themselves
  await page.screenshot({ path: `${CAIRN_SHOTS}/${name}.png` });
}

async function sendEvent(metric, profile, more = {}) {
  const attributes = {
    metric: { data: { type: "metric", attributes: { name: metric } } },
    profile: { data: { type: "profile", attributes: profile } },
    properties: { Where: "journey" },
    ...more,
  };
  const answer = await fetch(`${base}/api/events`, { method: "POST", headers: HEADERS, body: JSON.stringify({ data: { type: "event", attributes } }) });
  if (answer.status !== 202) throw new Error(`event: ${answer.status} ${await answer.text()}`);
}

async function signIn() {
  await page.goto(base);
  await page.getByLabel("Email").fill(CAIRN_EMAIL);
  await page.getByLabel("Password").first().fill(CAIRN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
}

async function watchAnEventArrive() {
  await sendEvent("Looked Around", { email: newcomer, first_name: "Nora" });
  await page.getByText("Looked Around").first().waitFor();
  seen.live = true;
  await shoot("home");
}

async function buildASegment() {
  await page.getByRole("link", { name: "Segments" }).click();
  await page.getByRole("link", { name: "Create segment" }).first().click();
  // The list, which is left at this moment, has a field for names, too.
  await page.getByRole("heading", { name: "Create segment" }).waitFor();
  await page.getByLabel("Name").fill(`Newcomers ${stamp}`);
  await page.getByLabel("Kind of condition").first().click();
  await page.getByRole("option").nth(1).click(); // what they did, who they are, …
  const property = page.getByLabel("Property", { exact: true }).first();
  await property.fill("email");
  await property.press("Escape");
  await page.getByLabel("Value", { exact: true }).first().fill(newcomer);
  await page.getByText(newcomer).first().waitFor(); // the live sample shows who is in it
  seen.sample = true;
  await shoot("segment-builder");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: `Newcomers ${stamp}` }).waitFor();
  await page.getByRole("row").filter({ hasText: newcomer }).first().waitFor();
  seen.member = true;
  await page.getByText("Live", { exact: true }).waitFor();
  // As soon as it is built, not with the next round of questions half a minute later.
  await page.locator("dt", { hasText: "Members now" }).locator("xpath=following-sibling::dd[normalize-space()='1']").waitFor({ timeout: 5_000 });
  seen.counted = true;
  await shoot("segment");
}

async function sendACampaign() {
  await page.getByRole("link", { name: "Campaigns" }).click();
  await page.getByRole("button", { name: "Create campaign" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").first().fill(`First letter ${stamp}`);
  await dialog.getByLabel("Send to").click();
  await page.keyboard.type(`Newcomers ${stamp}`);
  await page.getByRole("option", { name: `Newcomers ${stamp}`, exact: true }).click();
  await page.keyboard.press("Escape");
  await dialog.getByRole("button", { name: "Create campaign" }).click();
  await page.getByRole("tab", { name: /content/i }).click();
  await page.getByLabel("Subject").fill(subject);
  const html = page.getByLabel("HTML");
  await html.fill(HTML);
  await page.frameLocator("iframe").first().getByText("a lantern for them").waitFor(); // the preview
  seen.preview = true;
  await shoot("campaign-content");
  await page.getByRole("tab", { name: /review/i }).click();
  await page.getByRole("button", { name: "Send now" }).click();
  await page.getByRole("button", { name: "Yes, send it" }).click();
  await page.getByText("Sent", { exact: true }).first().waitFor();
  seen.sent = true;
  seen.campaign = new URL(page.url()).pathname;
}

async function readAndClickTheMail() {
  await page.getByRole("link", { name: "Outbox" }).click();
  await page.getByText(`A lantern for Nora ${stamp}`).first().click();
  const mail = page.frameLocator("iframe").first();
  await mail.getByText("Dear Nora,").waitFor();
  await shoot("outbox");
  const [shop] = await Promise.all([page.context().waitForEvent("page"), mail.getByText("a lantern for them").click()]);
  shop.setDefaultTimeout(PATIENCE);
  await shop.getByRole("button", { name: "Order now" }).waitFor();
  seen.landed = new URL(shop.url()).pathname;
  await shop.getByRole("button", { name: "Order now" }).click();
  await shop.getByText("Thank you.").waitFor();
  seen.ordered = true;
  if (CAIRN_SHOTS) await shop.screenshot({ path: `${CAIRN_SHOTS}/demo-shop.png` });
  await shop.close();
}

async function seeTheOrderCounted() {
  await page.goto(base + seen.campaign);
  const orders = page.locator("dl > div").filter({ has: page.getByText("Orders", { exact: true }) }).first();
  await orders.getByText("1", { exact: true }).waitFor();
  seen.orders = 1;
  await shoot("campaign-report");
  await page.getByRole("link", { name: "Home" }).click();
  await page.getByText(`First letter ${stamp}`).first().waitFor();
  seen.home = true;
  await shoot("home-after");
}

let failure = "";
try {
  await signIn();
  await watchAnEventArrive();
  await buildASegment();
  await sendACampaign();
  await readAndClickTheMail();
  await seeTheOrderCounted();
} catch (error) {
  failure = String(error);
  await shoot("failure");
} finally {
  await browser.close();
}
console.log(JSON.stringify({ ...seen, errors, failure }));
process.exit(failure || errors.length ? 1 : 0);
