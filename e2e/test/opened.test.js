// What opens over a page, or comes of what was typed, with axe: sheets, the palette, refusals, foretellings, lists with
// rows chosen. Each once in English, light and wide, and once in German, dark and on a phone.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { desk } from "../desk.js";
import { clean, each, fits } from "../looks.js";

let d, client, wary;

before(async () => {
  d = await desk(null);
  d.cli("add", "Maria Kellar", "--phone", "+44 7700 900100", "--email", "maria@client.example");
  wary = d.account("Maria Kellar");
  d.cli("consent", wary, "--channel", "email", "--withdrawn", "--source", "said on the phone");
  d.cli("consent", wary, "--channel", "letter", "--given", "--source", "form at the fair");
  client = d.account("Jonas Okafor");
  d.cli("record", "promise", client, "a name at the carrier", "--due", new Date(Date.now() + 86400e3).toISOString());
  d.cli("record", "case", client, "the roof leaks", "--origin", "ours", "--severity", "3", "--next-update", new Date(Date.now() + 86400e3).toISOString());
});

const dialog = (page) => page.locator("dialog[open]").first().waitFor();
const fault = (page) => page.locator(".fault:visible, [role=alert]:visible").first().waitFor();

// byKey stands on the first row of Today and presses a key.
const byKey = (key) => async (page) => {
  await page.at("/");
  await page.keyboard.press("j");
  await page.keyboard.press(key);
  await dialog(page);
};

// handedIn looks at a table whose columns nobody knows.
async function handedIn(page) {
  await page.at("/import");
  await page.locator("#files").setInputFiles({ name: "calls.csv", mimeType: "text/csv", buffer: Buffer.from("When,Who,What\n2026-02-03 10:00,maria@client.example,boiler\nno day,lee@client.example,roof\n") });
  await page.loads(() => page.click("form.drop button.main"));
}

// chosen says what its columns hold.
async function chosen(page) {
  for (const [column, field] of [["f0c0", "at"], ["f0c1", "to"], ["f0c2", "summary"]]) await page.selectOption(`[name=${column}]`, field);
  await page.selectOption("[name=f0channel]", "call");
}

// What is looked at: its name, and how a page comes to it.
const moments = [
  ["the sheet that logs", async (page) => {
    await page.at("/");
    await page.locator(".today > [data-row] [data-log]").first().click();
    await page.locator("#sheet[open] input[value=call]").check();
  }],
  ["a sheet that was refused", async (page) => {
    await page.at("/");
    await page.locator(".today > [data-row] [data-log]").first().click();
    await page.locator("#sheet[open] input[value=call]").check();
    await page.clock.setFixedTime(new Date(Date.now() + 3 * 86400e3)); // a computer whose clock is wrong
    await page.locator("#sheet button.main").click();
    await page.locator("#pending", { hasText: /1 (refused|abgelehnt)/ }).click();
    await page.clock.setFixedTime(new Date());
    const said = await page.locator("dialog[open] .fault").innerText();
    assert.match(said, (await page.locator("html").getAttribute("lang")) === "de" ? /liegt in der Zukunft/ : /ahead of now/);
    assert.doesNotMatch(said, /UTC/, "it tells a time that is not the reader's");
  }],
  ["the sheet of a promise", byKey("p")],
  ["the sheet of a case", byKey("c")],
  ["the sheet that lets a row rest", byKey("s")],
  ["the keys", byKey("?")],
  ["the palette, empty", byKey("Control+k")],
  ["the palette with what it found", async (page) => {
    await byKey("Control+k")(page);
    await page.keyboard.type("okafor");
    await page.locator("dialog[open] [role=option][aria-selected=true]", { hasText: "Jonas Okafor" }).waitFor();
  }],
  ["the palette that found nothing", async (page) => {
    await byKey("Control+k")(page);
    const answered = page.waitForResponse((r) => r.url().includes("q="));
    await page.keyboard.type("xyzzy");
    await answered;
    await page.waitForFunction(() => document.querySelectorAll("dialog[open] [role=option]").length < 3);
  }],
  ["how a row came about", async (page) => {
    await byKey("?")(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("w");
    await page.locator(".today > [data-row] details[open]").first().waitFor();
  }],
  ["a client that was refused", async (page) => {
    await page.at("/clients/new");
    await page.fill("input[name=email]", "nowhere");
    await page.loads(() => page.click("main form button.main"));
    await fault(page);
    assert.ok((await page.locator("main [aria-invalid=true]").count()) > 0, "no field is at fault");
  }],
  ["a client who may be in the book already", async (page) => {
    await page.at("/clients/new");
    await page.fill("input[name=name]", "Maria Keller");
    await page.locator("#similar a").first().waitFor();
    await page.loads(() => page.click("main form button.main"));
    await fault(page);
  }],
  ["a promise that was refused", async (page) => {
    await page.at(`/clients/${client}#promise`);
    const form = page.locator("form#promise");
    await form.waitFor();
    await form.locator("[name=text]").fill("the survey");
    await form.locator("[name=due]").fill("2019-12-01");
    await form.locator("button.main").click();
    await form.locator(".fault").waitFor();
  }],
  ["a colleague who was refused", async (page) => {
    await page.at("/team");
    const form = page.locator("form[action='/team/invite']");
    if (!(await form.isVisible())) await page.locator("details", { has: form }).locator("summary").click();
    await form.evaluate((f) => { f.noValidate = true; });
    await form.locator("[name=name]").fill("Eve");
    await form.locator("[name=email]").fill("nowhere");
    await page.loads(() => form.locator("button").last().click());
    await fault(page);
  }],
  ["all forms of a client, unfolded", async (page) => {
    await page.at(`/clients/${client}?edit=account`);
    await page.evaluate(() => { for (const d of document.querySelectorAll("details")) d.open = true; });
  }],
  ["a tariff and what it would change", async (page) => {
    await page.at("/settings/tariff/residential-sales");
    await page.fill("input[name='tariff.touch.call']", "9");
    await page.click("button[value=preview]");
    await page.locator("#effect").waitFor();
  }],
  ["a tariff that was refused", async (page) => {
    await page.at("/settings/tariff/residential-sales");
    await page.fill("input[name='tariff.touch.call']", "much");
    await page.click("button[value=preview]");
    await fault(page);
  }],
  ["rows chosen", async (page) => {
    await page.at("/clients");
    await page.locator("[data-pick]").nth(0).check();
    await page.locator("[data-pick]").nth(2).check();
    await page.locator("[data-picked]", { hasText: "2" }).waitFor();
    if (!(await page.locator("#bulk-owner").isVisible())) await page.locator("#bulk summary").click();
    await page.locator("#bulk-owner").waitFor();
  }],
  ["two side by side", async (page) => {
    await page.at("/duplicates");
    await page.locator(".alike").first().waitFor();
  }],
  ["who wants no e-mail", async (page) => {
    await page.at(`/clients/${wary}`);
    await page.locator(".reach .out").first().waitFor();
    await page.locator("details:has(> form[action$='/consent']) > summary").first().click();
    await page.locator("form[action$='/consent'] select").first().waitFor();
  }],
  ["a brief on who wants no e-mail", async (page) => {
    await page.at(`/clients/${wary}/brief`);
    await page.locator("li.who").first().waitFor();
  }],
  ["files whose columns are to be said", handedIn],
  ["columns that were refused", async (page) => {
    await handedIn(page);
    await chosen(page);
    await page.selectOption("[name=f0c2]", "to");
    await page.loads(() => page.click("#choices button[value=try]"));
    await fault(page);
  }],
  ["what an import would do", async (page) => {
    await handedIn(page);
    await chosen(page);
    await page.loads(() => page.click("#choices button[value=try]"));
    await page.locator(".firstrows").waitFor({ timeout: 20_000 });
  }],
];

for (const way of [
  { locale: "en-GB", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { locale: "de-DE", colorScheme: "dark", viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
]) {
  test(`what opens: ${way.locale}, ${way.colorScheme}, ${way.viewport.width} px`, async () => {
    await each(moments, async ([, comes]) => {
      const page = await d.open("ana", { ...way, serviceWorkers: "block", reducedMotion: "reduce" });
      try {
        await comes(page);
        await fits(page, way.viewport.width);
        await clean(page);
        assert.deepEqual(page.faults.filter((f) => !/422/.test(f)), []);
        if (process.env.PASSBOOK_E2E_PICTURES) await page.screenshot({ path: `${process.env.PASSBOOK_E2E_PICTURES}/${way.colorScheme}-${moments.findIndex(([, c]) => c === comes)}.png` });
      } finally {
        await page.context().close();
      }
    }, ([name]) => name);
  });
}
