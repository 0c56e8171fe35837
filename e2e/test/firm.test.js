import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clients } from "../books.js";
import { desk, until } from "../desk.js";

test("a price is tried, saved and taken back", async (t) => {
  const d = await desk(t);
  d.cli("add", "Olive Ferris");
  d.cli("record", "touch", "Olive Ferris", "--channel", "call", "--summary", "about the survey");
  const balance = () => d.json("show", "Olive Ferris").balance;
  const before = balance();
  const page = await d.open("ana");
  await page.at("/settings/tariff/residential-sales");
  const call = page.locator("input[name='tariff.touch.call']");
  const was = await call.inputValue();
  await call.fill("9");
  await page.click("button[value=preview]");
  const effect = page.locator("#effect");
  await effect.locator("a", { hasText: "Olive Ferris" }).first().waitFor();
  assert.equal(balance(), before, "looking has written");
  assert.equal(await call.inputValue(), "9", "the form has lost what was typed");

  await page.click("button[value=save]");
  await page.locator(".said").waitFor();
  assert.ok(balance() > before, `${balance()} after, ${before} before`);
  await page.locator(".said form button").click();
  await until("the old price", () => balance() === before);
  await page.at("/settings/tariff/residential-sales");
  assert.equal(await call.inputValue(), was);
  assert.deepEqual(page.faults, []);
});

test("a deputy sees the list of who is away", async (t) => {
  const d = await desk(t);
  const [ana, ben] = [await d.open("ana"), await d.open("ben")];
  await ben.at("/");
  assert.equal(await ben.locator(".today > [data-row]").count(), 0, "Ben has a list of his own");
  const day = (n) => new Date(Date.now() + n * 86400e3).toISOString().slice(0, 10);
  d.cli("member", "away", "Ana Ortiz", "--deputy", "Ben Adeyemi", "--from", day(-1), "--until", day(7));
  await ben.reload();
  await ben.locator("main a[href*='for=']").click();
  await ben.locator(".today > [data-row]").first().waitFor();
  assert.equal(await ben.locator(".today > [data-row]").count(), clients.length);
  await ana.at("/");
  await ana.locator("main", { hasText: "Ben Adeyemi" }).waitFor();
  assert.deepEqual([...ana.faults, ...ben.faults], []);
});

test("an invitation without a mail server stands in the outbox, is handed over and lets its reader in", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  d.cli("member", "invite", "Cleo Marsh", "--email", "cleo@acme.example");
  await page.at("/outbox");
  const letter = page.locator(".letters > li", { hasText: "Cleo Marsh" });
  const text = await letter.locator("textarea").inputValue();
  const link = new URL(text.match(/https?:\/\/\S+\/link\/\S+|\/link\/\S+/)[0], d.base).pathname;
  await letter.locator("button[value=hand]").click();
  await letter.locator(".mark.handed").waitFor();

  const cleo = await d.open(null);
  await cleo.at(link);
  await cleo.fill("input[name=password]", "some plain words of mine");
  const address = cleo.locator("input[name=address]");
  if (await address.count()) await address.fill("cleo@acme.example");
  await cleo.locator("main form button").click();
  await cleo.locator("h1", { hasText: "Today" }).waitFor();
  assert.deepEqual([...page.faults, ...cleo.faults], []);
});

test("a file is kept on an account, saved from there and taken back", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at(`/clients/${d.account("Maria Keller")}`);
  const form = page.locator("form[action$='/files']");
  await page.locator("details", { has: form }).locator("summary").click();
  const bytes = Buffer.from("the plan of the house\n<script>document.title = 'no'</script>\n");
  await form.locator("input[type=file]").setInputFiles({ name: "plan of the house.html", mimeType: "text/html", buffer: bytes });
  await form.locator("button").click();
  const link = page.locator("a[href*='/files/']", { hasText: "plan of the house.html" });
  await link.waitFor();
  const [saved] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(saved.suggestedFilename(), "plan of the house.html");
  assert.deepEqual(readFileSync(await saved.path()), bytes);
  const answer = await page.request.get(d.base + (await link.getAttribute("href")));
  assert.match(answer.headers()["content-disposition"], /^attachment/);
  await page.locator(".said form button").click();
  await link.waitFor({ state: "detached" });
  assert.deepEqual(page.faults, []);
});
