import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, until } from "../desk.js";

test("a wrong entry is written down anew: the form holds what it said, and only the new one counts", async (t) => {
  const d = await desk(t);
  const id = d.account("Maria Keller");
  d.cli("record", "call", id, "--words", "asked about the harbour flat");
  const page = await d.open("ana");
  await page.at(`/clients/${id}`);
  const wrong = page.locator("details.mend").first();
  await wrong.locator("summary").click();
  await page.loads(() => wrong.getByText("Write it down anew").click());
  await page.waitForFunction(() => document.activeElement?.name === "channel");
  assert.equal(await page.evaluate(() => document.activeElement.value), "call", "the channel that was logged is the one to go on from");
  assert.equal(await page.inputValue("#log [name=summary]"), "asked about the harbour flat");
  await page.fill("#log [name=summary]", "asked about the quay flat");
  await page.loads(() => page.click("#log button.main"));
  await page.getByText("asked about the quay flat").first().waitFor();
  assert.equal(await page.getByText("asked about the harbour flat").count(), 0);
  const lines = d.json("statement", id).lines.filter((l) => /flat/.test(l.particulars));
  assert.deepEqual(lines.map((l) => l.particulars.replace(/^.* — /, "")), ["asked about the quay flat"]);
  assert.deepEqual(page.faults, []);
});

test("who opens a form by hand types into it: no letter is taken for a key, and nothing is undone", async (t) => {
  const d = await desk(t);
  const id = d.account("Maria Keller");
  const page = await d.open("ana");
  await page.at(`/clients/${id}`);
  await page.fill("#log [name=summary]", "first talk");
  await page.locator("#log label", { hasText: "call" }).first().click();
  await page.click("#log button.main");
  await page.locator(".timeline, main").getByText("first talk").first().waitFor();
  for (const [form, typed] of [["#promise", "us to send the list, c l p"], ["#case", "u the roof leaks"], ["form:has([name=kind][value=note])", "unsure, likes dogs"]]) {
    await page.locator("details", { has: page.locator(form) }).last().locator("summary").first().click();
    await page.keyboard.type(typed);
    assert.equal(await page.inputValue(`${form} [name=text]`), typed);
  }
  assert.ok(d.json("statement", id).lines.some((l) => /first talk/.test(l.particulars)), "what was logged still counts");
  await page.locator("#log [name=channel]").first().focus();
  await page.keyboard.press("u");
  assert.ok(d.json("statement", id).lines.some((l) => /first talk/.test(l.particulars)), "a form at hand is no place to undo from");
  assert.deepEqual(page.faults, []);
});

test("who begins to type while the page is being renewed keeps what is typed", async (t) => {
  const d = await desk(t);
  const id = d.account("Maria Keller");
  const page = await d.open("ana", { serviceWorkers: "block" }); // what a worker fetches cannot be held
  await page.at(`/clients/${id}`);
  let release, asked = false;
  const held = new Promise((r) => { release = r; });
  await page.route(`**/clients/${id}`, async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    asked = true;
    await held;
    await route.continue();
  });
  await page.fill("#log [name=summary]", "first talk");
  await page.locator("#log label", { hasText: "call" }).first().click();
  await page.click("#log button.main");
  await until("the page to be asked for again", () => asked);
  await page.locator("details:has(> #promise) > summary").click();
  await page.keyboard.type("us to send the list");
  const came = page.waitForResponse((r) => r.url().endsWith(`/clients/${id}`));
  release();
  await (await came).finished();
  await page.waitForTimeout(300); // the page that came would have been shown by now
  assert.equal(await page.locator("#promise [name=text]").isVisible(), true, "the form was folded again");
  assert.equal(await page.inputValue("#promise [name=text]"), "us to send the list");
  assert.deepEqual(page.faults, []);
});

test("what is unfolded on a client's page stays so when the page is renewed, and is of the same entry", async (t) => {
  const d = await desk(t);
  const id = d.account("Maria Keller");
  d.cli("record", "call", id, "--words", "asked about the harbour flat");
  d.cli("record", "meeting", id, "--words", "walked through the house with them");
  const page = await d.open("ana");
  await page.at(`/clients/${id}`);
  const row = page.locator("#timeline > li", { hasText: "harbour flat" });
  await row.locator("summary").click();
  const why = page.locator("details.because").first();
  await why.locator("summary").click();
  const read = await why.evaluate((e) => e.id + e.textContent);
  d.cli("record", "call", id, "--words", "asked about the quay flat");
  await page.locator("#timeline > li", { hasText: "quay flat" }).waitFor();
  assert.equal(await page.locator("#timeline details[open]").count(), 1);
  assert.equal(await row.getByText("Write it down anew").isVisible(), true, "the menu was folded, or went to another row");
  assert.deepEqual(await page.locator("details.because[open]").evaluateAll((all) => all.map((e) => e.id + e.textContent)), [read]);
  assert.deepEqual(page.faults, []);
});
