import assert from "node:assert/strict";
import { test } from "node:test";
import { desk } from "../desk.js";

const listed = (d) => d.json("list").accounts.map((a) => a.name).sort();

test("two who are one are merged, and the merge is taken back, there and on the client's page", async (t) => {
  const d = await desk(t);
  d.cli("add", "Maria Kellar", "--phone", "+44 7700 900100");
  const before = listed(d);
  const balance = d.json("show", "Maria Keller").balance;
  const page = await d.open("ana");
  await page.at("/duplicates");
  const pair = page.locator(".alike", { hasText: "Maria Kellar" });
  const keep = (who) => pair.locator("form[action$='/merge']", { has: page.locator(`input[name=into][value="${d.account(who)}"]`) }).locator("button");

  await keep("Maria Keller").click();
  await pair.waitFor({ state: "detached" });
  assert.deepEqual(listed(d), before.filter((n) => n !== "Maria Kellar"));
  await page.locator(".said form button").click();
  await page.locator(".said").waitFor();
  assert.deepEqual(listed(d), before, "taking the merge back brings nobody back");

  await page.at("/duplicates");
  await keep("Maria Keller").click();
  await pair.waitFor({ state: "detached" });
  await page.at(`/clients/${d.account("Maria Keller")}`);
  await page.locator("form[action$='/unmerge'] button").click();
  await page.locator("form[action$='/unmerge']").waitFor({ state: "detached" });
  assert.deepEqual(listed(d), before);
  assert.equal(d.json("show", "Maria Keller").balance, balance);
  assert.deepEqual(page.faults, []);
});

test("two who are not one are told apart and not shown again", async (t) => {
  const d = await desk(t);
  d.cli("add", "Maria Kellar", "--phone", "+44 7700 900100");
  const page = await d.open("ana");
  await page.at("/duplicates");
  await page.locator(".alike form[action$='/apart'] button").click();
  await page.locator(".empty").waitFor();
  await page.reload();
  assert.equal(await page.locator(".alike").count(), 0);
  assert.ok(listed(d).includes("Maria Kellar"));
});
