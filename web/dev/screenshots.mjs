// Shoots every page at two widths in light and dark, for a person to look at, and prints what axe finds serious there.
// usage: CAIRN_URL=http://127.0.0.1:8000 CAIRN_EMAIL=… CAIRN_PASSWORD=… node dev/screenshots.mjs [folder] [name-part …]
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [folder = "screenshots", ...wanted] = process.argv.slice(2);
const base = process.env.CAIRN_URL ?? "http://127.0.0.1:8000";
const SETTLE = 1500;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function findings(page) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { resultTypes: ["violations"] });
    return result.violations
      .filter((one) => one.impact === "serious" || one.impact === "critical")
      .map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  });
}

const json = (page, path) => page.evaluate(async (url) => (await fetch(url, { headers: { revision: "2026-07-15", accept: "application/vnd.api+json" } })).json(), path);
const firstId = async (page, path) => (await json(page, path)).data?.[0]?.id;

async function pages(page) {
  const email = encodeURIComponent('equals(messages.channel,"email")');
  const campaign = await firstId(page, `/api/campaigns?filter=${email},${encodeURIComponent('equals(status,"Sent")')}&sort=-scheduled_at`);
  const draft = await firstId(page, `/api/campaigns?filter=${email},${encodeURIComponent('equals(status,"Draft")')}`);
  const event = (await json(page, "/api/events?sort=-datetime&page[size]=1")).data?.[0];
  const metrics = (await json(page, "/api/metrics")).data ?? [];
  const orders = metrics.find((metric) => metric.attributes.name === "Placed Order")?.id;
  const list = await firstId(page, "/api/lists");
  const segment = await firstId(page, "/api/segments");
  return [
    ["home", "/"],
    ["home-year", "/?period=365d"],
    ["campaigns", "/campaigns"],
    campaign && ["campaign-report", `/campaigns/${campaign}`],
    draft && ["campaign-draft", `/campaigns/${draft}`],
    ["profiles", "/profiles"],
    ["profiles-nobody", "/profiles?search=zzzzzz"],
    event && ["profile", `/profiles/${event.relationships.profile.data.id}`],
    ["profile-missing", "/profiles/01ARZ3NDEKTSV4RRFFQ69G5FAV"],
    ["metrics", "/analytics/metrics"],
    orders && ["metric", `/analytics/metrics/${orders}?period=90d`],
    orders && ["metric-by", `/analytics/metrics/${orders}?period=90d&by=Collections&interval=week&measure=sum_value`],
    ["metrics-custom", "/analytics/custom-metrics"],
    ["metrics-custom-new", "/analytics/custom-metrics/new"],
    ["metrics-mapped", "/analytics/mapped-metrics"],
    ["events", "/analytics/events"],
    orders && ["events-search", `/analytics/events?metric=${orders}&property=Collections&operator=contains&value=a`],
    ["properties", "/properties"],
    ["lists", "/lists"],
    list && ["list", `/lists/${list}`],
    ["segments", "/segments"],
    ["segment-new", "/segments/new"],
    segment && ["segment", `/segments/${segment}`],
    segment && ["segment-edit", `/segments/${segment}/edit`],
    ["outbox", "/outbox"],
    ["api-keys", "/settings/api-keys"],
    ["import", "/settings/import"],
    ["account", "/settings/account"],
    ["status", "/status"],
  ].filter(Boolean);
}

async function signIn(page) {
  await page.goto(`${base}/login`);
  await page.waitForSelector("form");
  await page.screenshot({ path: `${folder}/login.png` });
  await page.fill('input[name="email"]', process.env.CAIRN_EMAIL ?? "");
  await page.fill('input[name="password"]', process.env.CAIRN_PASSWORD ?? "");
  await page.click('button[type="submit"]');
  await page.waitForSelector("nav");
}

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
const context = await browser.newContext();
const page = await context.newPage();
let current = "";
page.on("pageerror", (error) => console.log("ERROR", current, error.message));
page.on("console", (message) => message.type() === "error" && console.log("CONSOLE", current, message.text().slice(0, 300)));
page.on("response", (reply) => reply.status() >= 400 && console.log("HTTP", current, reply.status(), reply.request().method(), reply.url()));
await signIn(page);
for (const [name, path] of await pages(page)) {
  if (wanted.length && !wanted.some((part) => name.includes(part))) continue;
  for (const scheme of ["light", "dark"]) {
    await page.evaluate((value) => localStorage.setItem("mantine-color-scheme-value", value), scheme);
    for (const [width, height] of [
      [1440, 900],
      [390, 844],
    ]) {
      current = `${name}-${width}-${scheme}`;
      await page.setViewportSize({ width, height });
      await page.goto(base + path);
      await page.waitForTimeout(SETTLE);
      await page.screenshot({ path: `${folder}/${current}.png` });
      if (width === 1440) for (const found of await findings(page)) console.log("AXE", current, found);
    }
  }
}
await browser.close();
