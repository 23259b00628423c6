// A marketer gets to know a segment, by real clicks: who is in it, what they bought, what it shares with another one.
// Prints one JSON object of what was seen. With CAIRN_SHOTS=folder it also takes pictures.
// usage: CAIRN_URL=… CAIRN_EMAIL=… CAIRN_PASSWORD=… CAIRN_CHROMIUM=… node tests/journeys/segment_page.mjs
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { CAIRN_URL: base, CAIRN_EMAIL, CAIRN_PASSWORD, CAIRN_CHROMIUM, CAIRN_SHOTS, CAIRN_SCHEME } = process.env;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

const seen = {};
const errors = [];
const browser = await chromium.launch({ executablePath: CAIRN_CHROMIUM, args: FLAGS });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: CAIRN_SCHEME ?? "light" });
page.setDefaultTimeout(60_000);
page.on("pageerror", (error) => errors.push(String(error)));
page.on("response", (answer) => answer.status() >= 500 && errors.push(`${answer.status()} ${answer.url()}`));

const tab = (name) => page.getByRole("tab", { name }).click();
const region = (name) => page.getByRole("region", { name, exact: true });
const rowOf = async (table, name) => (await page.getByRole("table", { name: table }).getByRole("row").filter({ hasText: name }).first().innerText()).split(/\s+/);

async function signIn() {
  await page.goto(base);
  await page.getByLabel("Email").fill(CAIRN_EMAIL);
  await page.getByLabel("Password").first().fill(CAIRN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
}

async function lookAtIt() {
  await page.getByRole("link", { name: "Segments" }).click();
  await page.getByRole("row").filter({ hasText: "Bostonians" }).first().click();
  await page.getByRole("heading", { name: "Bostonians" }).waitFor();
  await page.getByText("Everyone", { exact: false }).first().waitFor();
  await region("Newest members").getByText("ann@example.com").waitFor();
  seen.country = await rowOf("Countries", "United States");
  seen.product = await rowOf("What they bought most", "Lamp");
  seen.buyers = await region("What they spent").locator("dl").innerText();
  await region("Size over time").getByText("Table").click();
  seen.size = (await region("Size over time").getByRole("row").last().innerText()).split("\t").at(-1);
  if (CAIRN_SHOTS) await page.screenshot({ path: `${CAIRN_SHOTS}/segment-page.png` });
}

async function findAMember() {
  await tab("Members");
  await page.getByLabel("Find by name, email or anything else").fill("bea");
  await page.locator('table[aria-label="Members"][aria-rowcount="1"]').waitFor();
  seen.found = await page.getByRole("table", { name: "Members" }).getByText("@example.com").allInnerTexts();
  await page.getByRole("button", { name: "Choose columns" }).click();
  await page.getByRole("menuitem", { name: "Country" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("cell", { name: "United States" }).waitFor();
  await page.getByRole("button", { name: "Why?" }).first().click();
  await page.getByText("Is in this segment").waitFor();
  await page.keyboard.press("Escape");
}

async function lookBack() {
  await tab("History");
  const today = await page.evaluate(() => new Intl.DateTimeFormat("en-CA", { timeZone: "UTC" }).format(new Date()));
  await page.getByLabel("Day").fill(today);
  seen.past = await region("Who was in it on …").getByText(/ members? on /).innerText();
  await region("Who entered and left").getByText("Left", { exact: true }).first().click();
  const log = page.getByRole("table", { name: "Who entered and left" });
  const rows = (kind) => log.getByRole("row").filter({ hasText: kind }).first();
  // The table may have neither kind for a moment: before all of them come, and between these and those who left.
  await rows("Left").waitFor();
  await rows("Entered").waitFor({ state: "detached" });
  await rows("Left").waitFor();
  seen.left = await log.getByRole("link").allInnerTexts();
}

async function takeThemAway() {
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Export members" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Export" }).click();
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: /^Download / }).click();
  seen.exported = (await readFile(await (await waiting).path(), "utf8")).trim().split("\n").length;
  await page.keyboard.press("Escape");
}

async function compareTwo() {
  await tab("Overlap");
  await page.getByRole("textbox", { name: "Segments to compare with" }).click();
  await page.getByRole("option", { name: "Spenders" }).click();
  await page.keyboard.press("Escape");
  const cell = page.getByRole("table", { name: "Members that segments share" }).getByRole("row").nth(1).getByRole("link").nth(1);
  seen.cell = (await cell.innerText()).split(/\s+/);
  await cell.click();
  await page.getByRole("heading", { name: "Compare segments" }).waitFor();
  const part = async (name) => (await region(name).innerText()).split("\n")[1];
  await region("In both").waitFor();
  seen.parts = [await part("Only in Bostonians"), await part("In both"), await part("Only in Spenders")];
  if (CAIRN_SHOTS) await page.screenshot({ path: `${CAIRN_SHOTS}/segment-compare.png` });
  await region("In both").getByRole("button", { name: "Make a segment" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Make a segment" }).click();
  await page.getByRole("heading", { name: "Bostonians and Spenders" }).waitFor();
  await region("Newest members").getByText("bea@example.com").waitFor();
}

async function whatIsNeededStays() {
  await page.getByRole("link", { name: "Segments" }).first().click();
  await page.getByRole("row").filter({ hasText: "Bostonians" }).filter({ hasNotText: "and Spenders" }).first().click();
  await region("Used in").getByRole("link", { name: "Bostonians and Spenders" }).waitFor();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("heading", { name: "“Bostonians” is in use" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Use in a campaign" }).click();
  await page.getByRole("dialog").getByText("Bostonians").waitFor();
  seen.campaign = new URL(page.url()).pathname;
}

let failure = "";
try {
  for (const step of [signIn, lookAtIt, findAMember, lookBack, takeThemAway, compareTwo, whatIsNeededStays]) {
    seen.step = step.name;
    await step();
  }
} catch (error) {
  failure = String(error);
  if (CAIRN_SHOTS) await page.screenshot({ path: `${CAIRN_SHOTS}/failure.png` });
}
await browser.close();
console.log(JSON.stringify({ ...seen, failure, errors }));
