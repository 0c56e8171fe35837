// Every page with axe, in both languages, both themes, wide and at 320 px, by pairs; and without JavaScript. Which
// pages there are stands in pages.json; a test of internal/web fails when a route is missing there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { desk, until } from "../desk.js";
import { alive, clean, each, fits, ways } from "../looks.js";

const routes = JSON.parse(readFileSync(new URL("../pages.json", import.meta.url)));
let d, pages;

before(async () => {
  d = await desk(null, "demo");
  d.cli("member", "add", "Maximiliane Konstantina Charlotte von Hohenstaufen-Wittelsbach", "--email", "maximiliane.konstantina@hohenstaufen-wittelsbach.example"); // no choice of hers makes a page wider
  const account = d.json("list", "--limit", "1").accounts[0].id;
  const colleague = d.json("member", "list").members.at(-1).id;
  const roof = d.json("record", "case", account, "the roof leaks", "--origin", "ours", "--severity", "2", "--estimate", "in 9 days").entry.id;
  d.cli("record", "update", roof, "the slater is ill", "--channel", "call", "--estimate", "in 20 days");
  d.cli("record", "end", d.json("record", "engagement", account, "9 Ash Lane", "--work", "sale").entry.id, "the keys are theirs");
  d.cli("record", "planned", account, "ask how the garden came through the winter", "--due", "in 9 days");
  const secret = d.json("link", "make", account, "--with", d.json("show", account).people[0].id).link.split("/c/")[1];
  const known = { account, case: roof, secret, colleague, waiting: await upload(false), taken: await upload(true) };
  pages = ["/api/v1/docs"].concat(Object.values(routes).filter(Array.isArray).flat().map((p) => p.replace(/{(\w+)}/g, (_, name) => known[name])));
});

// upload hands in a file with a row that cannot be read, takes it in where that is wanted, and gives its id.
async function upload(take) {
  const page = await d.open(undefined, { javaScriptEnabled: false });
  await page.at("/import");
  await page.locator("#files").setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from("Name,Email,Birthday\nClara Winter,clara@client.example,\n,,1980-05-17\n") });
  await page.click("form.drop button.main");
  await page.waitForURL("**/import/*");
  if (take) {
    await page.click("#choices button[value=take]");
    await until("the import", async () => {
      await page.reload();
      return (await page.locator("a[download]").count()) > 0;
    });
  }
  return new URL(page.url()).pathname.split("/")[2];
}

for (const way of ways) {
  test(`every page: ${way.locale}, ${way.colorScheme}, ${way.viewport.width} px`, async () => {
    const page = await d.open(undefined, { ...way, serviceWorkers: "block" });
    await each(pages, async (path) => {
      await visit(page, path);
      assert.equal(await page.locator("html").getAttribute("lang"), way.locale.slice(0, 2));
      await fits(page, way.viewport.width);
      await clean(page);
    });
    assert.deepEqual(page.faults, []);
  });
}

// Strangers see pages without the rooms around them, and some pages are there only when something is not.
for (const way of ways) {
  test(`the door, and what is nowhere: ${way.locale}, ${way.colorScheme}, ${way.viewport.width} px`, async () => {
    const link = d.cli("member", "link", d.json("member", "list").members.at(-1).name).match(/\/link\/[\w-]+/)[0];
    for (const [who, paths, status] of [[null, ["/signin", "/forgot", link], 200], [undefined, ["/nowhere", "/clients/nobody"], 404]]) {
      const page = await d.open(who, { ...way, serviceWorkers: "block" });
      await each(paths, async (path) => {
        const answer = await page.at(path);
        assert.equal(answer.status(), status);
        await page.locator("main :is(h1, h2)").first().waitFor();
        assert.equal(await page.locator("header nav").count(), who === null ? 0 : 1, "the rooms of the desk");
        await fits(page, way.viewport.width);
        await clean(page);
      });
      assert.deepEqual(page.faults, []);
    }
  });
}

test("every page at twice its size, on half the room", async () => {
  const page = await d.open(undefined, { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2, serviceWorkers: "block" });
  await each(pages, async (path) => {
    await visit(page, path);
    await fits(page, 640);
  });
});

test("every page without JavaScript", async () => {
  const page = await d.open(undefined, { javaScriptEnabled: false });
  await each(pages, async (path) => {
    await visit(page, path);
    await alive(page);
  });
});

async function visit(page, path) {
  const answer = await page.at(path);
  assert.equal(answer.status(), 200);
  await page.locator("main :is(h1, h2)").first().waitFor();
}
