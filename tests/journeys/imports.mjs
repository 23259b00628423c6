// A shop's people, out of a file and back into one, by real clicks. Prints one JSON object of what was seen.
// With CAIRN_SHOTS=folder it also takes the pictures of docs/guide.
// usage: CAIRN_URL=… CAIRN_EMAIL=… CAIRN_PASSWORD=… CAIRN_FILE=… CAIRN_CHROMIUM=… node tests/journeys/imports.mjs
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const { CAIRN_URL: base, CAIRN_EMAIL, CAIRN_PASSWORD, CAIRN_FILE, CAIRN_CHROMIUM, CAIRN_SHOTS, CAIRN_SCHEME } = process.env;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
const PATIENCE = 60_000;

const seen = {};
const errors = [];
const browser = await chromium.launch({ executablePath: CAIRN_CHROMIUM, args: FLAGS });
const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, colorScheme: CAIRN_SCHEME ?? "light" });
page.setDefaultTimeout(PATIENCE);
page.on("pageerror", (error) => errors.push(String(error)));
page.on("response", (answer) => answer.status() >= 500 && errors.push(`${answer.status()} ${answer.url()}`));

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

async function mapAFile() {
  await page.getByRole("link", { name: "Import", exact: true }).click();
  await page.getByRole("heading", { name: "Import", exact: true }).waitFor();
  await page.locator("input[type=file]").setInputFiles(CAIRN_FILE);
  await page.getByRole("heading", { name: "What the columns mean" }).waitFor();
  seen.guessed = await page.getByRole("textbox", { name: "E-Mail Meaning" }).inputValue();
  await page.getByText("'nobody' is no email address.").waitFor();
  await shoot("imports-mapping");
  await page.getByLabel("Shoe: Name of the property").fill("Shoe size");
  await page.getByText("Shoe size: 38").waitFor();
  seen.preview = await page.getByText("create", { exact: true }).count();
  await page.getByRole("heading", { name: "What the first rows will do" }).scrollIntoViewIfNeeded();
  await shoot("imports-preview");
}

async function rehearse() {
  await page.getByRole("button", { name: "Dry run over the whole file" }).click();
  await page.getByRole("heading", { name: "The dry run found" }).waitFor();
  seen.found = await page.locator("dl").first().innerText();
}

async function run() {
  await page.getByRole("button", { name: "Import now" }).click();
  await page.getByRole("link", { name: "Download the refused rows" }).waitFor();
  seen.result = await page.locator("dl").first().innerText();
  await shoot("imports-result");
  const waiting = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download the refused rows" }).click();
  seen.refused = await readFile(await (await waiting).path(), "utf8");
}

async function exportThem() {
  await page.getByRole("link", { name: "Export", exact: true }).click();
  await page.getByLabel("Only profiles that match").fill("ann@example.com");
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const link = page.getByRole("link", { name: /^profiles-.*\.csv$/ });
  await link.waitFor();
  await shoot("exports");
  const waiting = page.waitForEvent("download");
  await link.click();
  seen.exported = await readFile(await (await waiting).path(), "utf8");
}

async function lookAtMoving() {
  await page.goto(`${base}/move-from-klaviyo`);
  await page.getByLabel("Private API key").waitFor();
  seen.move = await page.getByRole("button", { name: "Start copying" }).isDisabled();
  await shoot("moving-from-klaviyo");
}

let failure = "";
try {
  await signIn();
  await mapAFile();
  await rehearse();
  await run();
  await exportThem();
  await lookAtMoving();
} catch (error) {
  failure = String(error);
  if (CAIRN_SHOTS) await page.screenshot({ path: `${CAIRN_SHOTS}/failure.png` });
}
await browser.close();
console.log(JSON.stringify({ ...seen, failure, errors }));
