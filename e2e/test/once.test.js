// What is shown this once, or stands at the door of some firms alone, with axe and by its width: the second factor being
// set up, recovery codes, a fresh token, fresh links, the button of a provider. In both languages and themes, wide and at
// 320 px, by pairs; and without JavaScript.
import assert from "node:assert/strict";
import { test } from "node:test";
import { password } from "../books.js";
import { desk } from "../desk.js";
import { alive, clean, each, fits, ways } from "../looks.js";
import { totp } from "../totp.js";

const letter = (page, who) => page.locator(".letters > li", { hasText: who }).first().locator("code.link").waitFor();

// sent types into the form that leads somewhere, and sends it.
async function sent(page, action, typed) {
  const form = page.locator(`form[action^="${action}"]`);
  for (const [name, word] of Object.entries(typed)) await form.locator(`[name=${name}]`).fill(word);
  await page.loads(() => form.locator("button").last().click());
}

// One follows the other, for one member: name, how a page comes to it, what is waited for.
const moments = (d) => [
  ["the second factor being set up", async (page) => {
    await page.at("/settings");
    await sent(page, "/settings/second", {});
    await page.locator("svg.qr").waitFor();
  }],
  ["a code that was refused", async (page) => {
    await sent(page, "/settings/second/confirm", { code: "12", password });
    await page.locator("#second .fault").waitFor();
  }],
  ["recovery codes", async (page) => {
    const secret = await page.locator("input[name=secret]").getAttribute("value");
    await sent(page, "/settings/second/confirm", { code: totp(secret), password });
    await page.locator("ul.codes li").first().waitFor();
  }],
  ["a second factor in use", async (page) => {
    await page.at("/settings");
    await page.locator("form[action^='/settings/second/drop']").waitFor();
  }],
  ["a token that was refused", async (page) => {
    await sent(page, "/settings/token", { label: "the website's form", password: "some other words" });
    await page.locator("#tokens .fault").waitFor();
  }],
  ["a fresh token", async (page) => {
    await sent(page, "/settings/token", { label: "the website's form, which hands in whoever asks for a valuation", password });
    await page.locator("#tokens .said code.once").waitFor();
  }],
  ["a fresh invitation", async (page) => {
    await page.at("/team");
    await sent(page, "/team/invite", { name: "Cleo Marsh", email: "cleo.marsh-featherstonehaugh@valuations.acme.example" });
    await letter(page, "Cleo Marsh");
  }],
  ["a fresh link to a colleague", async (page) => {
    await page.at(`/team/${d.json("member", "list").members.find((m) => m.name === "Ben Adeyemi").id}`);
    await sent(page, "/team/" + page.url().split("/").at(-1) + "/link", { password });
    await letter(page, "Ben Adeyemi");
  }],
];

// opened are links as those see them who follow one.
const opened = (d) => [
  ["a link", 200, d.cli("member", "link", "Ben Adeyemi").match(/\/link\/[\w-]+/)[0]],
  ["a link of somebody with a second factor", 200, d.cli("member", "link", "Ana Ortiz").match(/\/link\/[\w-]+/)[0]],
  ["a link that is none", 404, "/link/nothing-of-the-kind"],
];

for (const way of [...ways, { javaScriptEnabled: false, viewport: { width: 1280, height: 900 } }]) {
  const plain = way.javaScriptEnabled === false;
  const look = async (page) => {
    if (plain) await alive(page);
    else assert.equal(await page.locator("html").getAttribute("lang"), way.locale.slice(0, 2));
    await fits(page, way.viewport.width);
    if (!plain) await clean(page);
  };
  test(`what is shown once: ${plain ? "without JavaScript" : `${way.locale}, ${way.colorScheme}, ${way.viewport.width} px`}`, async (t) => {
    const d = await desk(t);
    const page = await d.open("ana", { ...way, serviceWorkers: "block" });
    await each(moments(d), async ([name, comes]) => {
      await comes(page);
      await picture(page, way, name);
      await look(page);
    }, ([name]) => name);
    const stranger = await d.open(null, { ...way, serviceWorkers: "block" });
    await each(opened(d), async ([name, status, path]) => {
      const answer = await stranger.at(path);
      assert.equal(answer.status(), status);
      await picture(stranger, way, name);
      await look(stranger);
    }, ([name]) => name);
    assert.deepEqual([...page.faults, ...stranger.faults], []);
  });
  test(`the button of a provider: ${plain ? "without JavaScript" : `${way.locale}, ${way.colorScheme}, ${way.viewport.width} px`}`, async (t) => {
    const d = await desk(t, "firm", (base) => ["--public-url", base, "--oidc-issuer", "https://id.example", "--oidc-client-id", "desk", "--oidc-name", "Acme Homes and Estates"]);
    const page = await d.open(null, { ...way, serviceWorkers: "block" });
    await page.at("/signin");
    await page.locator("a[href='/signin/oidc']").waitFor();
    await picture(page, way, "the button of a provider");
    await look(page);
    assert.deepEqual(page.faults, []);
  });
}

async function picture(page, way, name) {
  const to = process.env.PASSBOOK_E2E_PICTURES;
  if (to) await page.screenshot({ path: `${to}/${name.replaceAll(" ", "-")}-${way.colorScheme ?? "plain"}-${way.viewport.width}.png`, fullPage: true });
}
