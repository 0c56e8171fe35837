import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, until } from "../desk.js";

// latest is the newest entry on an account, as the API tells it.
const latest = async (page, d, account) => (await (await page.request.get(`${d.base}/api/v1/accounts/${account}/entries?limit=1`)).json()).entries[0];

test("an honest question counts as asked only where its box says so", async (t) => {
  const d = await desk(t, "demo");
  const rows = d.json("today", "--limit", "200").items.filter((i) => i.act === "converse").map((i) => i.account.id);
  assert.ok(rows.length > 1, "the made-up firm has nobody to ask");
  const page = await d.open();
  for (const [account, asked] of [[rows[0], true], [rows[1], false]]) {
    await page.at("/?all=1&limit=200");
    await page.locator(`#item-${account}`).focus();
    await page.keyboard.press("Shift+L");
    const sheet = page.locator("#sheet[open]");
    await sheet.waitFor();
    const box = sheet.locator("[name=asks]:visible");
    assert.equal(await box.isChecked(), true, "what the row proposes is not ticked");
    if (!asked) await box.uncheck();
    await sheet.locator("textarea").fill(asked ? "asked what we should do better" : "spoke of the weather");
    await sheet.locator("button.main").click();
    const entry = await until("the touch in the book", async () => {
      const e = await latest(page, d, account);
      return e.kind === "touch" && /asked what we|spoke of/.test(e.words.text) && e;
    });
    assert.equal(entry.facts.asks ?? "", asked ? "candour" : "");
  }
  assert.deepEqual(page.faults, []);
});

test("a letter opens with the words that the row proposes, and can be logged after", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/");
  const row = page.locator(".today > [data-row]").first();
  const [who, address] = [await row.locator("[data-open]").innerText(), await row.locator('a[href^="mailto:"]').getAttribute("href")];
  const letter = new URL(address);
  assert.equal(decodeURIComponent(letter.pathname), `${who.split(" ")[0].toLowerCase()}@client.example`);
  assert.equal(letter.searchParams.get("subject"), "Acme Homes"); // she said nothing that it could be about
  const said = (await row.locator("details.say summary").innerText()).replace(/^[“"]|[”"]$/g, "").trim();
  const [hello, line] = letter.searchParams.get("body").split(/\s*\n\s*/); // a greeting, how it opens, and room to go on
  assert.ok(said.toLowerCase().startsWith(`${hello} ${line.replace(/\.$/, "")}`.toLowerCase()), `${hello} ${line} is not how ${said} opens`);
  await row.focus();
  await page.keyboard.press("Shift+L");
  await page.locator("#told", { hasText: `Logged: ${who}` }).waitFor();
  assert.deepEqual(page.faults, []);
});

test("amends written on the client's page lead back to the list, without JavaScript", async (t) => {
  const d = await desk(t);
  const who = "Maria Keller";
  d.cli("record", "touch", who, "--channel", "call", "--summary", "answered her question");
  d.cli("record", "mistake", who, "--points", "20", "--words", "the keys were lost");
  const page = await d.open("ana", { javaScriptEnabled: false });
  await page.at("/?all=1");
  await page.locator(".today > [data-row]", { hasText: who }).locator("[data-log]").click();
  const form = page.locator("form#amends");
  assert.equal(await form.evaluate((f) => Boolean(f.closest("details")?.open)), true, "the form that the row asks for is folded");
  await form.locator("[name=points]").fill("none");
  await form.locator("[name=words]").fill("new locks, at our cost");
  await form.locator("button").last().click();
  assert.equal(await form.locator("[name=points]").inputValue(), "none", "what was filled in is lost");
  await page.locator("[role=alert]").first().waitFor();
  assert.equal(await form.locator("[name=words]").inputValue(), "new locks, at our cost");
  await form.locator("[name=points]").fill("20");
  await form.locator("button").last().click();
  assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, "/?all=1");
  assert.match(await page.locator(".said").innerText(), /Maria Keller/);
  assert.ok(d.json("statement", who).lines.some((l) => l.particulars.includes("new locks")));
});
