import assert from "node:assert/strict";
import { test } from "node:test";
import { desk } from "../desk.js";

test("a touch is logged without JavaScript", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", { javaScriptEnabled: false });
  await page.at("/");
  await page.locator(".today > li", { hasText: "Maria Keller" }).locator("[data-log]").click();
  await page.locator("#log input[value=call]").check();
  await page.fill("#log textarea", "told her about the survey");
  await page.click("#log button.main");
  assert.match(await page.locator(".said").innerText(), /told her about the survey/);
  await page.at("/");
  assert.equal(await page.locator(".today > li", { hasText: "Maria Keller" }).count(), 0);
});
