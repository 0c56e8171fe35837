// A case from its slip to its client's own word: told by a member, solved, and opened again on the client's page; and one key for
// "they asked first".
import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, until } from "../desk.js";

test("a client says that it is not solved, and the case is open again", async (t) => {
  const d = await desk(t);
  const client = d.account("Jonas Okafor");
  const roof = d.json("record", "case", client, "the roof leaks", "--origin", "ours", "--severity", "2", "--estimate", "in 9 days").entry.id;
  const page = await d.open();
  await page.at(`/cases/${roof}`);
  const tell = page.locator("form", { has: page.locator("input[value=update]") });
  await tell.locator("[name=text]").fill("the slater is ill");
  await tell.locator("[name=channel]").selectOption("call");
  await tell.locator("[name=estimate]").fill(new Date(Date.now() + 20 * 86400e3).toISOString().slice(0, 10));
  await page.loads(() => tell.locator("button").click());
  assert.match(await page.locator("article.case").innerText(), /the estimate slipped, 1\d days later than they were told/);
  const solve = page.locator("form", { has: page.locator("input[value=resolved]") });
  await page.loads(() => solve.locator("button").click());
  assert.match(await page.locator("article.case").innerText(), /They have not said whether it is solved/);

  const theirs = await d.open(null, { javaScriptEnabled: false });
  await theirs.at(new URL(d.json("link", "make", client).link).pathname);
  const asked = theirs.locator("#solved form");
  await asked.locator("[name=message]").fill("It drips still");
  await asked.locator("button[value=no]").click();
  await theirs.locator(".done").waitFor();
  assert.equal(await theirs.locator("#solved").count(), 0);

  await page.at(`/cases/${roof}`);
  const text = await page.locator("article.case").innerText();
  assert.match(text, /They say that it is not solved\s+“It drips still”/);
  assert.match(text, /it was not solved: what solving it gave is taken back/);
  assert.equal(d.json("case", roof).status, "open");
  assert.deepEqual(page.faults, []);
});

test("that they asked first is one key, and is taken back by another", async (t) => {
  const d = await desk(t);
  const client = d.account("Jonas Okafor");
  const asks = () => d.json("due", "--show", "asks", "--account", client).year.asks;
  const page = await d.open();
  const before = asks();
  await page.at(`/clients/${client}`);
  await page.keyboard.press("a");
  await until("the ask", () => asks() === before + 1);
  const other = await d.open();
  await other.at("/commitments?show=asks&all=1");
  assert.equal(await other.locator("figure.asks tbody tr").count(), 13);
  await page.locator("#told [data-undo][data-entry]").waitFor();
  await page.keyboard.press("u");
  await until("taking it back", () => asks() === before);
  assert.deepEqual(page.faults, []);
});
