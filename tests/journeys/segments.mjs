// Three segments, by a template, by typing and by clicks; then one of everything that an API made. Prints one JSON object
// of what was seen. With CAIRN_SHOTS=folder it also takes the pictures of docs/guide.
// usage: CAIRN_URL=… CAIRN_EMAIL=… CAIRN_PASSWORD=… CAIRN_SEGMENT=id CAIRN_CHROMIUM=… node tests/journeys/segments.mjs
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { CAIRN_URL: base, CAIRN_EMAIL, CAIRN_PASSWORD, CAIRN_SEGMENT, CAIRN_CHROMIUM, CAIRN_SHOTS, CAIRN_SCHEME } = process.env;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const PATIENCE = 30_000;

const seen = {};
const errors = [];
const browser = await chromium.launch({ executablePath: CAIRN_CHROMIUM, args: FLAGS });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: CAIRN_SCHEME ?? "light" });
page.setDefaultTimeout(PATIENCE);
page.on("pageerror", (error) => errors.push(String(error)));
page.on("response", (answer) => answer.status() >= 500 && errors.push(`${answer.status()} ${answer.url()}`));

const preview = page.getByRole("complementary", { name: "Right now" });
const search = page.getByLabel("Search for a condition");

async function shoot(name) {
  if (!CAIRN_SHOTS) return;
  await page.waitForTimeout(1200); // for the eye: pictures and fonts are there
  await page.screenshot({ path: `${CAIRN_SHOTS}/${name}.png` });
}

async function signIn() {
  await page.goto(base);
  await page.getByLabel("Email").fill(CAIRN_EMAIL);
  await page.getByLabel("Password").first().fill(CAIRN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home" }).waitFor();
}

// A field, not the list that opens below it under the same name.
const field = (label) => page.getByRole("textbox", { name: label, exact: true });

async function choose(label, option, at = 0) {
  await field(label).nth(at).click();
  await page.getByRole("option", { name: option, exact: true }).click();
}

// The counts are of this very definition once the preview has settled on words that end like this.
async function settled(words) {
  await preview.getByText(words).last().waitFor();
  await page.waitForFunction(() => document.querySelector("aside[aria-live]")?.getAttribute("aria-busy") === "false");
  const text = await preview.innerText();
  const each = await page.getByTitle("Profiles for whom this condition alone holds").allInnerTexts();
  return { count: Number(/^(\d+)$/m.exec(text)?.[1]), each: each.map((one) => Number(one.split(":").at(-1))) };
}

async function save(name) {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("button", { name: "Save segment" }).click();
  await page.getByRole("heading", { name }).waitFor();
  return new URL(page.url()).pathname.split("/").at(-1);
}

async function byTemplate() {
  await page.goto(`${base}/segments/new`);
  seen.lacking = await page.getByRole("button", { name: /^Browse abandonment/ }).innerText();
  await shoot("segment-templates");
  await page.getByRole("button", { name: /^Checkout abandonment/ }).click();
  seen.template = { name: await page.getByLabel("Name", { exact: true }).inputValue(), ...(await settled(/did not do “Placed Order”/)) };
  seen.template.id = await save("By a template");
}

async function byTyping() {
  await page.goto(`${base}/segments/new`);
  await search.waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("placed order 2");
  await page.getByRole("option", { name: /at least 2 times/ }).first().waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.type("porto");
  await page.getByRole("option", { name: /city is “Porto”/ }).waitFor();
  await shoot("segment-search");
  await page.keyboard.press("Enter");
  await settled(/and city is “Porto”/);
  await page.locator("label").filter({ hasText: /^or$/ }).click();
  await search.fill("lisbon");
  await page.getByRole("option", { name: /city is “Lisbon”/ }).waitFor();
  await page.keyboard.press("Enter");
  seen.typed = await settled(/city is “Lisbon”\)/);
  seen.typed.id = await save("By typing");
}

async function byClicks() {
  await page.goto(`${base}/segments/new`);
  await choose("Kind of condition", "Consent");
  await choose("Can or cannot receive", "cannot receive");
  await page.getByRole("button", { name: "and…" }).click();
  await page.getByRole("menuitem", { name: "was suppressed by hand" }).click();
  await settled(/cannot receive email, suppressed by hand/);
  await page.getByRole("button", { name: "Or", exact: true }).click();
  const property = field("Property");
  await property.click();
  await page.getByRole("option", { name: /Interests/ }).click();
  const value = field("Value");
  await value.click();
  await page.getByRole("option", { name: /^Tea\s*2$/ }).click();
  await settled(/Interests has in its list “Tea”/);
  await page.getByRole("button", { name: "And", exact: true }).click();
  await choose("Kind of condition", "What they did", 2);
  await choose("Metric", "Placed Order");
  await choose("How often", "never");
  await choose("When", "over all time", 1);
  seen.clicked = await settled(/never did “Placed Order” over all time/);
  await shoot("segment-builder");
  // A step back, and forward again by the same click.
  await page.getByRole("button", { name: "Undo" }).click();
  await settled(/never did “Placed Order” in the last 30 days/);
  await choose("When", "over all time", 1);
  seen.clicked.id = await save("By clicks");
}

async function refusedAtTheField() {
  await page.goto(`${base}/segments/new`);
  await choose("Kind of condition", "Who they are");
  await field("Property").fill("email");
  await page.keyboard.press("Escape");
  await choose("Comparison", "matches the pattern");
  const value = field("Value");
  await value.fill("(");
  seen.refusal = await page.getByRole("alert").first().innerText();
  seen.marked = await value.getAttribute("aria-invalid");
  await value.fill("^a");
  seen.mended = (await settled(/email matches the pattern “\^a”/)).count;
}

async function openWhatTheApiMade() {
  await page.goto(`${base}/segments/${CAIRN_SEGMENT}/edit`);
  await preview.getByText("In words").waitFor();
  await preview.getByText(/profiles? match/).waitFor();
  seen.opened = (await settled(/did “Placed Order”/)).count;
  await save("Opened and saved");
}

let failure = "";
try {
  await signIn();
  await byTemplate();
  await byTyping();
  await byClicks();
  await refusedAtTheField();
  await openWhatTheApiMade();
} catch (error) {
  failure = String(error);
  if (CAIRN_SHOTS) await page.screenshot({ path: `${CAIRN_SHOTS}/failure.png` });
}
await browser.close();
console.log(JSON.stringify({ ...seen, failure, errors }));
