import assert from "node:assert/strict";
import { test } from "node:test";
import { password } from "../books.js";
import { desk, until } from "../desk.js";

const ready = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller || new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done))).then(() => true));
const kept = (page, path) => page.evaluate((p) => caches.match(p).then(Boolean), path);

// naming are the pages that a browser keeps and that name somebody.
const naming = (page, who) => page.evaluate(async (name) => {
  const out = [];
  for (const one of await caches.keys()) {
    const cache = await caches.open(one);
    for (const request of await cache.keys()) if ((await (await cache.match(request)).text()).includes(name)) out.push(new URL(request.url).pathname);
  }
  return out;
}, who);

test("somebody is erased from their page, and no browser keeps a page that names them", async (t) => {
  const d = await desk(t);
  const who = "Maria Keller", at = `/clients/${d.account(who)}`;
  const pages = [];
  for (const name of ["ana", "ben"]) {
    const page = await d.open(name);
    await page.at("/");
    await ready(page);
    await page.at(at);
    await until(`${name}'s page of ${who} to be kept`, () => kept(page, at));
    await page.at("/clients?sort=name");
    await until("the list to be kept", () => kept(page, "/clients?sort=name"));
    assert.deepEqual((await naming(page, who)).sort(), ["/clients", at]);
    await page.at(at);
    pages.push(page);
  }
  const [ana, ben] = pages;
  assert.equal(await ben.locator('a[href$="/erase"]').count(), 0, "who may not erase is shown how");
  await ben.at("/settings"); // where nothing is read again because of news

  // She comes to it at the end of what is known, reads what goes and what stays, and mistypes her password.
  await ana.locator('.known a[href$="/erase"]').last().click();
  await ana.locator("h1", { hasText: `Erase ${who}` }).waitFor();
  await ana.fill("main [name=name]", who);
  await ana.fill("main [name=password]", "other plain words");
  await ana.locator("button.grave").click();
  await ana.locator(".fault", { hasText: "is not right" }).waitFor();
  assert.equal(await ana.locator("main [name=name]").inputValue(), who);
  await ana.fill("main [name=password]", password);
  await ana.locator("button.grave").click();
  await ana.locator("h2", { hasText: "What was blanked" }).waitFor();

  // Her browser lets go by the next page, his by hearing of it: he touches nothing.
  for (const page of pages) await until("the browsers to let go", async () => (await naming(page, who)).length === 0);
  await ana.at("/search?q=keller");
  assert.equal((await ana.locator("main").innerText()).includes(who), false);
  assert.deepEqual(ana.faults, []);
  assert.deepEqual(ben.faults, []);
});

test("erasing needs no script", async (t) => {
  const d = await desk(t);
  const who = "Jonas Okafor";
  const page = await d.open("ana", { javaScriptEnabled: false });
  await page.at(`/clients/${d.account(who)}`);
  await page.locator('.known a[href$="/erase"]').last().click();
  await page.fill("main [name=name]", who);
  await page.fill("main [name=password]", password);
  await page.locator("button.grave").click();
  await page.locator("h2", { hasText: "What was blanked" }).waitFor();
  assert.equal((await page.locator("main").innerText()).includes(who), false);
});
