import assert from "node:assert/strict";
import { test } from "node:test";
import { desk } from "../desk.js";

test("two who change a client at once see both versions side by side and choose field by field", async (t) => {
  const d = await desk(t);
  const id = d.account("Maria Keller");
  const [ana, ben] = [await d.open("ana"), await d.open("ben")];
  for (const page of [ana, ben]) await page.at(`/clients/${id}?edit=account`);
  // What is half typed keeps the version that it was begun on.
  await ana.fill("#filed input[name='set.name']", "Maria Keller-Braun");
  await ana.selectOption("#filed select[name='set.tier']", "A");
  await ben.selectOption("#filed select[name='set.tier']", "C");
  await ben.fill("#filed input[name=tags]", "garden");
  await ben.click("#filed button.main");
  await ben.locator(".said").first().waitFor();
  await ana.click("#filed button.main");

  const form = ana.locator("form", { has: ana.locator("table.clash") });
  const row = (field) => form.locator("tr", { has: ana.locator(`input[name="set.${field}"]`) });
  await row("name").waitFor();
  assert.equal(await form.locator("tbody tr").count(), 3, "only what differs is asked");
  assert.match(await row("tier").locator("td").nth(0).innerText(), /A/);
  assert.match(await row("tier").locator("td").nth(1).innerText(), /C[^]*Ben Adeyemi/);
  await row("tier").locator("input").nth(1).check();
  await row("tags").locator("input").nth(1).check();
  await form.locator("button.main").click();
  await ana.locator("h1", { hasText: "Maria Keller-Braun" }).waitFor();
  const now = d.json("show", id);
  assert.deepEqual([now.name, now.tier, now.tags], ["Maria Keller-Braun", "C", ["garden"]]);
  assert.deepEqual([...ana.faults, ...ben.faults], []);
});

test("what another has changed meanwhile can be left as it is", async (t) => {
  const d = await desk(t);
  const id = d.account("Jonas Okafor");
  const person = d.json("show", id).people[0].id;
  const ana = await d.open("ana");
  await ana.at(`/clients/${id}?edit=${person}`);
  await ana.fill(`#p-${person} input[name='set.org']`, "Okafor and Sons");
  d.cli("edit", id, "--set", "org=Okafor Ltd", "--as", "Ben Adeyemi");
  await ana.locator(`#p-${person} form button.main`).first().click();
  await ana.locator("table.clash", { hasText: "Okafor Ltd" }).waitFor();
  await ana.locator("form:has(table.clash) a.button").click();
  await ana.locator(`#p-${person}`, { hasText: "Okafor Ltd" }).waitFor();
  assert.deepEqual(ana.faults, []);
});
