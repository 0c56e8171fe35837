// How a page, or what stands opened on it, is looked at: by axe, and by its width.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// clean asks axe. Of a long list it looks at the first rows; the others are made alike and would take most of the time.
export async function clean(page) {
  await page.evaluate(() => document.querySelectorAll(":is(tbody, ol, ul) > :nth-child(n+16)").forEach((row) => row.remove()));
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
