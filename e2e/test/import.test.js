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

// dropped hands files to a page as somebody does who drags them there from another window.
async function dropped(page, on, name, type, text) {
  const files = await page.evaluateHandle(([name, type, text]) => {
    const data = new DataTransfer();
    data.items.add(new File([text], name, { type }));
    return data;
  }, [name, type, text]);
  await page.dispatchEvent(on, "dragover", { dataTransfer: files });
  assert.ok(await page.locator(`${on}.over`).count(), "nothing shows that they can be dropped here");
  await page.loads(() => page.dispatchEvent(on, "drop", { dataTransfer: files }));
}

test("a dropped table of calls is taken in once it is said what its columns hold", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/import");
  await page.dispatchEvent("form.drop", "dragover", { dataTransfer: await page.evaluateHandle(() => new DataTransfer()) });
  await page.dispatchEvent("form.drop", "dragleave");
  assert.equal(await page.locator("form.drop.over").count(), 0, "it waits for what has gone elsewhere");
  await dropped(page, "form.drop", "calls.csv", "text/csv", "When,Who,What\n2026-02-03 10:00,maria@client.example,asked about the boiler\n");
  assert.match(new URL(page.url()).pathname, /^\/import\/[^/]+$/);
  await page.locator("h2", { hasText: "calls.csv" }).waitFor();
  const [take, lacks] = [page.locator("#choices button[value=take]"), page.locator("#f0lacks")];
  assert.match(await lacks.innerText(), /by which channel.*what the columns hold/s);
  assert.equal(await take.isDisabled(), true, "what is not understood can be taken in");
  for (const [column, field] of [["When", "at"], ["Who", "to"], ["What", "summary"]]) {
    await page.locator("table.mapping tr", { has: page.locator("th, td", { hasText: new RegExp(`^\\s*${column}\\s*$`) }) }).locator("select").selectOption(field);
  }
  await page.selectOption("select[name=f0channel]", "call");
  await page.click("#choices button[value=try]");
  await page.locator("h2", { hasText: "What would happen" }).waitFor({ timeout: 20_000 });
  await page.locator(".firstrows td", { hasText: "boiler" }).waitFor();
  const calls = () => d.json("statement", "Maria Keller").lines.filter((l) => /call.*boiler/i.test(l.particulars)).length;
  assert.equal(calls(), 0, "the trial has written");
  await page.click("#choices button[value=take]");
  await page.locator("h2", { hasText: "What happened" }).waitFor({ timeout: 20_000 });
  assert.equal(calls(), 1);
  assert.deepEqual(page.faults, []);
});
