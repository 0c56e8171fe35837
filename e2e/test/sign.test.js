import assert from "node:assert/strict";
import { test } from "node:test";
import { password } from "../books.js";
import { desk } from "../desk.js";
import { totp } from "../totp.js";

async function signIn(page, address, word = password) {
  await page.fill("input[name=address]", address);
  await page.fill("input[name=password]", word);
  await page.click("main button");
}

test("a stranger signs in by password, and a wrong one does not say what was wrong", async (t) => {
  const d = await desk(t);
  const page = await d.open(null);
  await page.at("/clients");
  await page.waitForURL("**/signin");
  await signIn(page, "ana@acme.example", "some other words");
  const wrong = await page.locator(".fault").innerText();
  await page.at("/signin");
  await signIn(page, "nobody@acme.example");
  assert.equal(await page.locator(".fault").innerText(), wrong, "an unknown address is told apart from a wrong password");
  await page.at("/signin");
  await signIn(page, "ana@acme.example");
  await page.locator("h1", { hasText: "Today" }).waitFor();
  assert.deepEqual(page.faults, []);
});

test("a second factor is set up and asked for", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/settings");
  await page.click('form[action="/settings/second#second"] button');
  const secret = await page.locator("input[name=secret]").getAttribute("value");
  const confirm = page.locator('form[action="/settings/second/confirm#second"]');
  await confirm.locator("input[name=code]").fill(totp(secret));
  await confirm.locator("input[name=password]").fill(password);
  await confirm.locator("button").click();
  const code = /\b[a-z0-9]{4,}-[a-z0-9-]{4,}\b/i;
  await page.locator("main", { hasText: code }).waitFor();
  const recovery = (await page.locator("main").innerText()).match(code)[0];

  // The code that was just used is spent; the next one is taken a little early.
  for (const word of [totp(secret, Date.now() + 30_000), recovery]) {
    const again = await d.open(null);
    await again.at("/signin");
    await signIn(again, "ana@acme.example", "some other words");
    const wrong = await again.locator(".fault").innerText();
    await signIn(again, "ana@acme.example");
    assert.equal(await again.locator(".fault").innerText(), wrong, "that the code alone lacks is told apart from a wrong password");
    await again.fill("input[name=password]", password);
    await again.fill("input[name=code]", word);
    await again.click("main button");
    await again.locator("h1", { hasText: "Today" }).waitFor();
  }
});
