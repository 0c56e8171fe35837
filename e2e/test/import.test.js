import assert from "node:assert/strict";
import { test } from "node:test";
import { desk, until } from "../desk.js";

const table = `Name,Email,Birthday
Clara Winter,clara@client.example,1980-05-17
,,1981-06-18
Noor Haddad,noor@client.example,
`;

test("a table with a bad row is tried, taken in and taken back", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/import");
  await page.locator("#files").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await page.click("form.drop button.main");
  await page.waitForURL("**/import/*");
  const everyCard = page.locator("input[name=accounts]");
  if (await everyCard.count()) await everyCard.check();
  await page.click("#choices button[value=try]");
  await page.locator("h2", { hasText: "What would happen" }).waitFor({ timeout: 20_000 });
  assert.equal(d.json("list").accounts.some((a) => a.name === "Clara Winter"), false, "the trial has written");
  await page.click("#choices button[value=take]");
  await page.locator("h2", { hasText: "What happened" }).waitFor({ timeout: 20_000 });
  const [rejects] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
  assert.match(rejects.suggestedFilename(), /csv/);
  await page.at("/clients");
  await page.locator("main", { hasText: "Clara Winter" }).waitFor();
  await page.at("/import");
  await page.locator("form[action='/import/undo'] button").first().click();
  await page.locator(".said", { hasText: "Taken back" }).waitFor();
  await until("the clients gone", () => !d.json("list").accounts.some((a) => a.name === "Clara Winter"));
  assert.deepEqual(page.faults, []);
});
