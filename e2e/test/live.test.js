import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, until } from "../desk.js";

test("a second browser sees the change live", async (t) => {
  const d = await desk(t);
  const id = d.account("Maria Keller");
  const ana = await d.open("ana");
  const ben = await d.open("ben");
  await ana.at(`/clients/${id}`);
  await ben.at(`/clients/${id}`);
  await ben.locator("#log input[value=call]").check();
  await ben.fill("#log textarea", "the keys are at the neighbour's");
  await ben.click("#log button.main");
  await ben.locator("#told", { hasText: "Logged: Maria Keller" }).waitFor();
  await ana.locator("main", { hasText: "the keys are at the neighbour's" }).waitFor();
  assert.equal(await ben.locator("#log textarea").inputValue(), "", "the form keeps what was sent");
  assert.deepEqual([...ana.faults, ...ben.faults], []);
});

test("what is being typed is not replaced; it is told who changed what lies beneath", async (t) => {
  const d = await desk(t);
  const id = d.account("Maria Keller");
  const ana = await d.open("ana");
  await ana.at(`/clients/${id}`);
  await ana.fill("#log textarea", "half a sent");
  d.cli("record", "touch", "Maria Keller", "--channel", "call", "--summary", "called about the fence", "--as", "Ben Adeyemi");
  await ana.locator("#told", { hasText: "Changed by Ben Adeyemi" }).waitFor();
  assert.equal(await ana.locator("#log textarea").inputValue(), "half a sent");
  assert.equal(await ana.evaluate(() => document.activeElement.tagName), "TEXTAREA");
  await ana.locator("#told").getByText("Show").click();
  await ana.locator("main", { hasText: "called about the fence" }).waitFor();
  assert.equal(await ana.locator("#log textarea").inputValue(), "half a sent", "what was typed is lost");
  assert.deepEqual(ana.faults, []);
});

test("after a break in the line the page is read again, and the focus stays", async (t) => {
  const d = await desk(t);
  const ana = await d.open("ana");
  await ana.at("/");
  await ana.keyboard.press("j");
  await ana.keyboard.press("j");
  const on = () => ana.evaluate(() => document.activeElement?.closest("[data-row]")?.dataset.name);
  const name = await on();
  const other = (await ana.locator(".today [data-open]").allInnerTexts()).find((n) => n !== name);
  await d.down();
  d.cli("record", "touch", other, "--channel", "call", "--summary", "while nobody listened");
  await d.up();
  await until("the list without the one who was called", async () => (await ana.locator(".today > [data-row]", { hasText: other }).count()) === 0, 20_000);
  assert.equal(await on(), name);
  assert.deepEqual(ana.faults, []);
});

test("what the book refuses stays in the form", async (t) => {
  const d = await desk(t);
  const ana = await d.open("ana");
  await ana.at(`/clients/${d.account("Maria Keller")}`);
  await ana.locator("#log input[value=call]").check();
  await ana.locator("#log input[value=warm]").check();
  await ana.locator("#log input[value=no_answer]").check();
  await ana.fill("#log textarea", "kept in the form");
  await ana.click("#log button.main");
  await ana.locator("#log .fault").waitFor();
  assert.equal(await ana.locator("#log textarea").inputValue(), "kept in the form");
  assert.equal(await ana.locator("#pending").isVisible(), false);
});
