// Makes the pictures in docs/screens from the made-up firm: node run.js screens. Their names stay the same from run to
// run; what they show is the firm as of the day. pngquant, where it is installed, takes colours that nobody would miss.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serve } from "./serve.js";

const here = new URL(".", import.meta.url).pathname;
const to = join(here, "..", "docs", "screens");
const largest = 150_000; // bytes of a picture; they are fetched with every clone

const wide = { viewport: { width: 1440, height: 1000 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

// Each picture: its name, how large, which theme, and how the page comes to be as it is shown.
const shots = (client) => [
  ["today", wide, "light", (p) => p.at("/")],
  ["today-dark", wide, "dark", (p) => p.at("/")],
  ["clients", wide, "light", (p) => p.at("/clients")],
  ["clients-dark", wide, "dark", (p) => p.at("/clients")],
  ["log", wide, "light", sheet],
  ["log-dark", wide, "dark", sheet],
  ["account", wide, "light", (p) => p.at(`/clients/${client}`)],
  ["account-dark", wide, "dark", (p) => p.at(`/clients/${client}`)],
  ["portfolio", wide, "light", (p) => p.at("/portfolio")],
  ["commitments", wide, "light", (p) => p.at("/commitments")],
  ["tariff", wide, "light", priced],
  ["statement", wide, "light", (p) => p.at(`/clients/${client}/statement`)],
  ["phone-today", phone, "light", (p) => p.at("/")],
  ["phone-today-dark", phone, "dark", (p) => p.at("/")],
  ["phone-log", phone, "light", sheet],
  ["phone-log-dark", phone, "dark", sheet],
  ["phone-clients", phone, "light", (p) => p.at("/clients")],
  ["phone-clients-dark", phone, "dark", (p) => p.at("/clients")],
  ["phone-account", phone, "light", (p) => p.at(`/clients/${client}`)],
  ["phone-account-dark", phone, "dark", (p) => p.at(`/clients/${client}`)],
];

// priced is the tariff with another price and what it would change.
async function priced(page) {
  await page.at("/settings/tariff/residential-sales");
  await page.fill("input[name='tariff.touch.call']", "9");
  await page.click("button[value=preview]");
  await page.locator("#effect").waitFor();
}

// sheet is a touch being logged.
async function sheet(page) {
  await page.at("/");
  await page.locator(".today > [data-row] [data-log]").first().click(); // a tap leaves its glow
  await page.locator("#sheet[open] input[value=call]").check();
}

const { program, browser: path, books } = JSON.parse(readFileSync(join(process.env.PASSBOOK_E2E, "books.json")));
const json = (...args) => JSON.parse(spawnSync(program, [...args, "--json", "--dsn", `sqlite:${books.demo.file}`], { encoding: "utf8", maxBuffer: 1 << 26 }).stdout);
const server = await serve(program, books.demo.file);
const browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
try {
  mkdirSync(to, { recursive: true });
  const client = richest(json);
  for (const [name, size, colorScheme, show] of shots(client)) {
    const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/London", colorScheme, reducedMotion: "reduce", serviceWorkers: "block", ...size });
    const [cookie, value] = Object.values(books.demo.sessions)[0].split(/=(.*)/s);
    await context.addCookies([{ name: cookie, value, url: server.base }]);
    const page = await context.newPage();
    page.at = (p) => page.goto(server.base + p);
    await show(page);
    const file = join(to, `${name}.png`);
    await page.screenshot({ path: file, animations: "disabled", caret: "hide" });
    spawnSync("pngquant", ["--force", "--skip-if-larger", "--strip", "--speed", "1", "--output", file, "128", file]);
    const { size: bytes } = statSync(file);
    console.log(`${name}.png  ${Math.round(bytes / 1000)} KB`);
    if (bytes > largest) {
      console.error(`e2e: ${name}.png is too large; install Debian's pngquant and run it again`);
      process.exitCode = 1;
    }
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
}

// richest is whoever stands on Today and has the most to tell.
function richest(json) {
  const lines = (id) => json("statement", id).lines.length;
  const [best] = json("today").items.slice(0, 20).map((i) => [i.account.id, lines(i.account.id)]).sort((a, b) => b[1] - a[1]);
  return best[0];
}
