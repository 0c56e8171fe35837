import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { desk, until } from "../desk.js";

const rowNames = (page) => page.locator("[data-row] [data-open]").allInnerTexts();
const onRow = (page) => page.evaluate(() => document.activeElement?.closest("[data-row]")?.querySelector("[data-open]").innerText);
const ticked = (page) => page.locator("[data-pick]:checked").count();

test("the list of clients is gone through by keys", async (t) => {
  const d = await desk(t, "demo");
  const page = await d.open();
  await page.at("/clients?sort=name");
  const first = await rowNames(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  assert.equal(await onRow(page), first[1]);
  await page.keyboard.press("k");
  assert.equal(await onRow(page), first[0]);
  await page.keyboard.press("x");
  assert.equal(await ticked(page), 1);
  await page.keyboard.press("x");
  assert.equal(await ticked(page), 0);

  await page.keyboard.press("n");
  await page.waitForURL(/after=/);
  const second = await rowNames(page);
  assert.ok(!second.includes(first[0]));
  await page.locator("[data-prev]").waitFor();
  await page.keyboard.press("b");
  await page.waitForURL(/before=/);
  assert.deepEqual(await rowNames(page), first);

  await page.keyboard.press("j");
  await page.loads(() => page.keyboard.press("Enter"));
  await page.locator("h1", { hasText: first[0] }).waitFor();
  await page.loads(() => page.keyboard.press("n"));
  await page.locator("h1", { hasText: first[1] }).waitFor();
  await page.keyboard.press("b");
  await page.locator("h1", { hasText: first[0] }).waitFor();
  assert.deepEqual(page.faults, []);
});

test("single letters are switched off in the settings, and the other keys stay", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/settings");
  await page.selectOption("select[name=letters]", "off");
  await page.locator("form[action='/settings/like'] button").click();
  await page.locator("body[data-letters=off]").waitFor();
  await page.at("/clients");
  for (const key of ["j", "x", "n", "b", "l"]) await page.keyboard.press(key);
  assert.equal(await onRow(page), undefined);
  assert.equal(await ticked(page), 0);
  assert.equal(new URL(page.url()).pathname, "/clients");
  await page.keyboard.press("Control+k");
  await page.locator("dialog[open]").waitFor();
  assert.deepEqual(page.faults, []);
});

test("what is ticked is changed together and taken back together", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  const tagged = () => d.json("list", "--tag", "spring fair").accounts.length;
  await page.at("/clients");
  await page.locator("[data-pick]").nth(0).click();
  await page.locator("[data-pick]").nth(2).click({ modifiers: ["Shift"] });
  await page.locator("[data-picked]", { hasText: "3" }).waitFor();
  await page.fill("#bulk-tag", "spring fair");
  await page.click("#bulk button[value=tag]");
  await page.locator(".said", { hasText: "3" }).waitFor();
  assert.equal(tagged(), 3);
  await page.locator(".said form button").click();
  await until("the tags gone", () => tagged() === 0);
  assert.deepEqual(page.faults, []);
});

test("a view is saved, shared, opened and dropped", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/clients?tier=B&sort=name");
  const form = page.locator("form[action='/clients/views']");
  await page.locator("details", { has: form }).locator("summary").click();
  await form.locator("input[name=name]").fill("Second best");
  await form.locator("input[name=shared]").check();
  await form.locator("button.main").click();
  const tab = (p) => p.locator("nav.views a", { hasText: "Second best" });
  await tab(page).waitFor();
  assert.equal(await tab(page).getAttribute("aria-current"), "page");

  const ben = await d.open("ben");
  await ben.at("/clients");
  await tab(ben).click();
  await ben.waitForURL(/tier=B/);
  assert.deepEqual(await rowNames(ben), await rowNames(page));

  const drop = page.locator("form[action='/clients/views/drop'] button");
  await page.locator("details", { has: drop }).locator("summary").click();
  await drop.click();
  await tab(page).waitFor({ state: "detached" });
  assert.deepEqual(page.faults, []);
});

test("a new client is written down, and one who may be in the book already after a warning", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/clients/new");
  await page.fill("input[name=name]", "Wilhelmina Osei");
  await page.fill("input[name=phone]", "+44 7700 900555");
  await page.loads(() => page.click("main form button.main"));
  await page.locator("h1", { hasText: "Wilhelmina Osei" }).waitFor();
  assert.match(page.url(), /\/clients\/(?!new)[^/]+$/);

  const kellers = () => d.json("list").accounts.filter((a) => a.name === "Maria Keller").length;
  await page.at("/clients/new");
  await page.fill("input[name=name]", "Maria Keller");
  await page.locator("#similar a", { hasText: "Maria Keller" }).waitFor();
  await page.loads(() => page.click("main form button.main"));
  await page.locator("[role=alert]", { hasText: "Nothing was written" }).waitFor();
  assert.equal(kellers(), 1);
  await page.check("input[name=another]");
  await page.loads(() => page.click("main form button.main"));
  await page.locator("h1", { hasText: "Maria Keller" }).waitFor();
  assert.equal(kellers(), 2);
  assert.deepEqual(page.faults.filter((f) => !/422/.test(f)), []);
});

test("somebody known of is made a client", async (t) => {
  const d = await desk(t);
  const mail = join(mkdtempSync(join(tmpdir(), "passbook-mail-")), "one.eml");
  t.after(() => rmSync(dirname(mail), { recursive: true }));
  writeFileSync(mail, `From: Otto Lindner <otto@else.example>\r\nTo: ana@acme.example\r\nSubject: The flat\r\nDate: ${new Date(Date.now() - 86400e3).toUTCString()}\r\nMessage-ID: <one@else.example>\r\n\r\nIs it still to be had?\r\n`);
  d.cli("import", mail);
  const page = await d.open("ana");
  await page.at("/clients/known");
  const row = page.locator("tr[data-row]", { hasText: "Otto Lindner" });
  await page.loads(() => row.locator("button").click());
  await page.locator("h1", { hasText: "Otto Lindner" }).waitFor();
  assert.match(page.url(), /\/clients\/(?!known)[^/]+$/);
  assert.deepEqual(page.faults, []);
});

test("on a phone the rows one ticks stay in sight, and what is done seldom unfolds", async (t) => {
  const d = await desk(t, "demo");
  const page = await d.open(undefined, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.at("/clients");
  await page.locator("[data-pick]").first().tap();
  await page.locator("[data-picked]", { hasText: "1 ticked" }).waitFor();
  const high = async () => (await page.locator("#bulk").boundingBox()).height;
  assert.ok((await high()) < 844 / 5, `it covers ${await high()} px`);
  await page.locator("#bulk summary").tap();
  await page.locator("#bulk-owner").waitFor();
  assert.ok((await high()) <= 844 * 0.4 + 1, `unfolded it covers ${await high()} px`);
  assert.deepEqual(page.faults, []);
});
