// What comes out of a printer: the sheet alone, on pages that break between rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { desk } from "../desk.js";

// Whoever works on a dark screen prints black on white all the same.
test("paper is white, whatever the theme", async (t) => {
  const d = await desk(t, "demo");
  for (const [theme, colorScheme] of [["dark", "light"], ["", "dark"]]) {
    const page = await d.open(undefined, { colorScheme });
    await page.at("/");
    await page.evaluate((theme) => { document.documentElement.dataset.theme = theme; }, theme);
    const shown = () => page.evaluate(() => {
      const of = getComputedStyle(document.documentElement);
      return [of.colorScheme, of.backgroundColor, of.color, getComputedStyle(document.querySelector(".soft")).color];
    });
    assert.deepEqual((await shown()).slice(0, 2), ["dark", "rgb(26, 25, 23)"], "the screen is dark");
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await shown(), ["light", "rgb(255, 255, 255)", "rgb(0, 0, 0)", "rgb(68, 68, 68)"], `theme ${theme}, machine ${colorScheme}`);
  }
});

for (const sheet of ["statement", "brief"]) {
  test(`a ${sheet} on paper is the sheet and nothing of the desk`, async (t) => {
    const d = await desk(t, "demo");
    const page = await d.open();
    const { accounts } = d.json("list", "--limit", "1");
    await page.at(`/clients/${accounts[0].id}/${sheet}`);
    await page.emulateMedia({ media: "print" });
    const shown = await page.evaluate(() => [...document.querySelectorAll("nav, form, input, select, button, footer, .skip, .noprint, body > header, #told, #pending, dialog")].filter((e) => e.checkVisibility() && e.getBoundingClientRect().height > 1).map((e) => e.outerHTML.slice(0, 120)));
    assert.deepEqual(shown, []);
    const rows = page.locator(".sheet :is(tr, li)");
    assert.ok((await rows.count()) > 3);
    assert.deepEqual(await rows.evaluateAll((all) => [...new Set(all.map((r) => getComputedStyle(r).breakInside))]), ["avoid"]);
    assert.deepEqual(await page.evaluate(() => [getComputedStyle(document.body), getComputedStyle(document.documentElement)].map((s) => s.backgroundColor).filter((c) => !/255, 255, 255|, 0\)/.test(c))), [], "the paper is tinted");
    const pdf = await page.pdf({ format: "A4", preferCSSPageSize: true });
    const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;
    assert.ok(pages >= 1 && (sheet === "statement" || pages <= 2), `${pages} pages`);
    if (sheet === "statement") {
      assert.equal(await page.locator(".sheet tfoot").evaluate((foot) => getComputedStyle(foot).display), "table-row-group", "its foot is printed on every page");
      assert.equal(await page.locator(".sheet thead td").innerText(), await page.locator(".sheet h1").innerText());
    }
    t.diagnostic(`${sheet}: ${pages} pages`);
  });
}
