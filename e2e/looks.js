// How a page, or what stands opened on it, is looked at: by axe, and by its width.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Each language, theme and width meets each of the others.
export const ways = [
  { locale: "en-GB", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { locale: "de-DE", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { locale: "de-DE", colorScheme: "light", viewport: { width: 320, height: 640 }, isMobile: true },
  { locale: "en-GB", colorScheme: "dark", viewport: { width: 320, height: 640 }, isMobile: true },
];

// alive says that every button does something, also where no script runs.
export async function alive(page) {
  const dead = await page.locator("main button:not([hidden])").evaluateAll((all) => all.filter((b) => b.type === "submit" && !b.form?.hasAttribute("action") && b.form?.method !== "get" || b.type === "button").map((b) => b.outerHTML));
  assert.deepEqual(dead, [], "buttons that do nothing");
}

// clean asks axe, of all rows of long lists too: they take a tenth of the time, and the one that is made otherwise may
// stand far down.
export async function clean(page) {
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => `${n.html} ${n.failureSummary ?? ""}`).join(" | ")}`), []);
  assert.ok(passes.length > 10, `axe has looked at nothing: ${passes.length} rules`);
}

// fits says that nothing makes the page wider than the window.
export async function fits(page, width) {
  const wide = await page.evaluate((width) => Math.max(document.scrollingElement.scrollWidth, innerWidth) <= width ? [] : [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest(".scroll, nav, .unseen, .skip")).slice(0, 4).map((e) => e.outerHTML.slice(0, 160)), width);
  const is = await page.evaluate(() => Math.max(document.scrollingElement.scrollWidth, innerWidth)); // a telephone widens the window to what stands out
  assert.ok(is <= width, `${is} px wide: ${wide.join(" | ")}`);
}

// each tries all before it fails, so that one run names all that is wrong.
export async function each(all, check, name = (one) => one) {
  const wrong = [];
  for (const one of all) await check(one).catch((e) => wrong.push(`${name(one)}: ${e.message}`));
  if (wrong.length) assert.fail(wrong.join("\n\n"));
}
