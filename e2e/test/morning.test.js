import assert from "node:assert/strict";
import { test } from "node:test";
import { clients } from "../books.js";
import { desk, until } from "../desk.js";

const names = (page) => page.locator(".today > [data-row]:not([hidden]) [data-open]").allInnerTexts();
const focused = (page) => page.evaluate(() => document.activeElement?.closest("[data-row]")?.dataset.name);

test("the morning's list is worked through by keyboard alone", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/");
  const all = await names(page);
  assert.equal(all.length, clients.length);
  await page.keyboard.press("j");
  assert.equal(await focused(page), all[0]);
  for (let i = 0; i < all.length; i++) {
    await page.keyboard.press("l");
    await page.locator("#sheet[open]").waitFor();
    assert.equal(await page.locator("#sheet h2").innerText(), all[i]);
    await page.keyboard.press("Enter");
    if (i < all.length - 1) await until("the focus on the row that slid up", async () => (await focused(page)) === all[i + 1]);
    await page.locator("#told", { hasText: `Logged: ${all[i]}` }).waitFor();
    await until("the touch in the book", () => d.json("today").items.length === all.length - 1 - i);
  }
  await page.locator(".empty").waitFor();
  await page.keyboard.press("u");
  await page.locator(".today > [data-row]", { hasText: all.at(-1) }).waitFor();
  assert.deepEqual(page.faults, []);
});

test("one key logs what a row proposes, and the next row slides up", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/");
  const all = await names(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+L");
  await until("the focus on the row that slid up", async () => (await focused(page)) === all[1]);
  assert.equal(await page.locator("dialog[open]").count(), 0, "it asks something");
  await page.locator("#told", { hasText: `Logged: ${all[0]}` }).waitFor();
  await until("the touch in the book", () => d.json("today").items.length === all.length - 1);
  await page.keyboard.press("u");
  await until("the touch taken back", () => d.json("today").items.length === all.length);
  await page.keyboard.press("?");
  await page.locator("dialog[open] dt", { hasText: /^L$/ }).waitFor();
  assert.deepEqual(page.faults, []);
});

test("what is taken back while it is on its way is taken back", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  let answered = false;
  await page.route("**/api/v1/entries", async (route) => {
    const answer = await route.fetch();
    await until("the press", () => answered);
    await route.fulfill({ response: answer });
  });
  await page.at("/");
  const all = await names(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Shift+L");
  await page.locator("#told [data-undo]").waitFor();
  await until("the touch in the book", () => d.json("today").items.length === all.length - 1);
  await page.keyboard.press("u");
  answered = true;
  await until("the touch taken back", () => d.json("today").items.length === all.length);
  assert.deepEqual(page.faults, []);
});

// owing makes a client whom we owe a promise since yesterday.
function owing(d, who) {
  const day = (n) => new Date(Date.now() - n * 86400e3).toISOString().slice(0, 19) + "Z";
  d.cli("record", "touch", who, "--channel", "call", "--summary", "answered", "--asks", "candour", "--at", day(4.5));
  d.cli("record", "promise", who, "a name at the carrier", "--due", day(1), "--at", day(4.4));
  return d.account(who);
}

test("a touch keeps a promise only where its box says so, and the toast tells", async (t) => {
  const d = await desk(t);
  const who = "Hanna Vogel", id = owing(d, who);
  const open = () => d.json("due").items.some((i) => i.kind === "promise" && i.account.name === who);
  const page = await d.open("ana");
  await page.at("/");
  const row = page.locator(".today > [data-row]", { hasText: who });
  const sheet = page.locator("#sheet[open]");
  await row.focus();
  await page.keyboard.press("Shift+L");
  await sheet.waitFor();
  const box = sheet.getByLabel("Keeps “a name at the carrier”");
  assert.equal(await box.isChecked(), true);
  assert.match(await sheet.locator("#sheet-moves").getAttribute("href"), new RegExp(`/clients/${id}#owed-`));
  await sheet.locator("label:has([value=email])").click();
  assert.equal(await sheet.locator("[name=outcome]:visible").count(), 0, "it asks whether a letter reached them");
  await sheet.locator("label:has([value=call])").click();
  await box.uncheck();
  await sheet.locator("button.main").click();
  await page.locator("#told", { hasText: `Logged: ${who}, Call` }).waitFor();
  await until("the call in the book", () => d.json("statement", who).lines.filter((l) => /call/i.test(l.particulars)).length === 2);
  assert.equal(open(), true, "the promise is kept by a call that does not");
  await page.at("/");
  await row.locator("[data-log]").click();
  await sheet.locator("label:has([value=call])").click();
  await sheet.locator("button.main").click();
  await page.locator("#told", { hasText: `Logged, promise kept: ${who}, Call` }).waitFor();
  await until("the promise kept", () => !open());
  assert.deepEqual(page.faults, []);
});

test("a promise is kept by a ticked box without JavaScript", async (t) => {
  const d = await desk(t);
  const who = "Greta Lindqvist";
  owing(d, who);
  const page = await d.open("ana", { javaScriptEnabled: false });
  await page.at("/");
  await page.locator(".today > [data-row]", { hasText: who }).locator("[data-log]").click();
  assert.equal(await page.getByLabel("Keeps “a name at the carrier”").isChecked(), true);
  await page.locator("#log input[value=call]").check();
  await page.click("#log button.main");
  assert.match(await page.locator(".said").innerText(), /keeping the promise “a name at the carrier”/);
});

test("news of a case are said, not proposed, and ask by when it will be solved", async (t) => {
  const d = await desk(t);
  const who = "Priya Sandhu";
  const day = (n) => new Date(Date.now() - n * 86400e3).toISOString().slice(0, 19) + "Z";
  d.cli("record", "touch", who, "--channel", "call", "--summary", "answered", "--at", day(4.5));
  d.cli("record", "case", who, "the roof leaks", "--origin", "ours", "--severity", "3", "--at", day(4), "--estimate", day(1), "--next-update", day(2));
  const page = await d.open("ana");
  await page.at("/");
  const sheet = page.locator("#sheet[open]");
  await page.locator(".today > [data-row]", { hasText: who }).locator("[data-log]").click();
  await sheet.waitFor();
  assert.equal(await sheet.locator("textarea").inputValue(), "");
  await sheet.getByRole("button", { name: "Nothing new yet" }).click();
  await sheet.locator("label:has([value=call])").click();
  const soon = new Date(Date.now() + 5 * 86400e3).toISOString().slice(0, 10);
  await sheet.locator("[name=estimate]").fill(soon);
  await sheet.locator("button.main").click();
  await page.locator("#told", { hasText: `Logged: ${who}, News` }).waitFor();
  await until("the news in the book", () => d.json("statement", who).lines.some((l) => /Nothing new yet.*to be solved by/.test(l.particulars)));
  await page.at(`/clients/${d.account(who)}`);
  await page.locator(".told li", { hasText: /to be solved by .*; news due/ }).waitFor();
  assert.deepEqual(page.faults, []);
});

test("a row that asks for amends is answered from the list", async (t) => {
  const d = await desk(t);
  const who = "Maria Keller";
  d.cli("record", "touch", who, "--channel", "call", "--summary", "answered her question");
  d.cli("record", "mistake", who, "--points", "20", "--words", "the keys were lost");
  const page = await d.open("ana");
  await page.at("/");
  const row = page.locator(".today > [data-row]", { hasText: who });
  await row.focus();
  await page.keyboard.press("Shift+L");
  const sheet = page.locator("#sheet[open]");
  await sheet.waitFor();
  assert.equal(await sheet.locator("[name=channel]:visible").count(), 0, "it asks for a channel");
  await sheet.locator("[name=points]").fill("20");
  await sheet.locator("textarea").fill("new locks, at our cost");
  await sheet.locator("button.main").click();
  await page.locator("#told", { hasText: `Logged: ${who}, Amends` }).waitFor();
  await until("the amends in the book", () => d.json("statement", who).lines.some((l) => l.particulars.includes("new locks")));
  assert.deepEqual(page.faults, []);
});

test("a row rests with a reason, opens, and tells how it came about", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/");
  const [first, second] = await names(page);
  await page.keyboard.press("j");
  await page.keyboard.press("w");
  await page.locator(".today > [data-row]").first().locator("details[open]").waitFor();
  await page.keyboard.press("s");
  const dialog = page.locator("dialog[open]", { hasText: first });
  await dialog.locator("input[name=reason]").fill("on holiday until Monday");
  await page.keyboard.press("Enter");
  await page.locator(".said", { hasText: "on holiday until Monday" }).waitFor();
  assert.equal((await names(page))[0], second);
  await until("the focus on the next row", async () => (await focused(page)) === second);
  await page.loads(() => page.keyboard.press("u"));
  await page.locator(".today > [data-row]", { hasText: first }).waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/clients/*");
  assert.deepEqual(page.faults, []);
});

test("a promise and a case are written down from the list, and the focus stays on the row", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/");
  const [first, second] = await names(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("p");
  const sheet = page.locator("dialog[open]", { hasText: `${second}: A promise` });
  await sheet.waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.name), "text");
  await page.keyboard.press("Escape");
  assert.equal(await focused(page), second);
  await until("the sheet again, also where the list is drawn anew at that moment", async () => {
    await page.keyboard.press("p");
    return sheet.isVisible();
  });
  await sheet.locator("[name=text]").fill("the survey");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight"); // of the next days, with the arrows
  assert.match(await sheet.locator("[name=due]").inputValue(), /^20\d\d-\d\d-\d\d$/, "the day that was chosen stands in the form");
  await sheet.getByRole("button", { name: "Write down the promise" }).click();
  await page.locator("#told", { hasText: `Logged: ${second}, A promise` }).waitFor();
  await until("the promise in the book", () => d.json("statement", second).lines.some((l) => l.particulars.includes("the survey")));
  await until("the focus on the row", async () => (await focused(page)) === second);
  await page.keyboard.press("k");
  await page.keyboard.press("c");
  await page.locator("dialog[open]", { hasText: `${first}: A case` }).locator("[name=text]").fill("the keys were lost");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await until("the case in the book", () => d.json("statement", first).lines.some((l) => l.particulars.includes("the keys were lost")));
  await page.at(`/clients/${d.account(first)}#promise`);
  await until("the focus in the form that the address names", () => page.evaluate(() => document.activeElement.closest("#promise") && document.activeElement.name === "text"));
  assert.deepEqual(page.faults, []);
});

test("the palette searches and acts, and single letters can be switched off", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana");
  await page.at("/");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("okafor");
  await page.locator("dialog[open] [role=option][aria-selected=true]", { hasText: /Jonas Okafor.*thin/s }).waitFor();
  await page.loads(() => page.keyboard.press("Enter"));
  await page.locator("h1", { hasText: "Jonas Okafor" }).waitFor();
  await page.at("/");
  await page.keyboard.press("Control+k");
  await page.locator("[role=option][aria-selected=true]", { hasText: "Jonas Okafor" }).waitFor(); // whom she had open last
  await page.keyboard.type("vogel");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("dialog[open]").count(), 0, "it takes more than one Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("search");
  await page.keyboard.press("Enter"); // before the answer has come
  await until("the focus in the search", () => page.evaluate(() => document.activeElement.id === "q"));
  await page.at("/");
  await page.keyboard.press("?");
  await page.locator("dialog[open] kbd").first().waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.at("/");
  await page.evaluate(() => { document.body.dataset.letters = "off"; });
  await page.keyboard.press("j");
  await page.keyboard.press("l");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  assert.deepEqual(page.faults, []);
});

test("a touch is logged without JavaScript", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", { javaScriptEnabled: false });
  await page.at("/");
  await page.locator(".today > [data-row]", { hasText: "Maria Keller" }).locator("[data-log]").click();
  await page.locator("#log input[value=call]").check();
  await page.fill("#log textarea", "told her about the survey");
  await page.click("#log button.main");
  assert.match(await page.locator(".said").innerText(), /told her about the survey/);
  await page.at("/");
  assert.equal(await page.locator(".today > [data-row]", { hasText: "Maria Keller" }).count(), 0);
  await page.locator("[data-later]").first().click();
  await page.fill("input[name=reason]", "abroad");
  await page.click("main form button");
  assert.equal(await page.locator(".today > [data-row]").count(), clients.length - 2);
});

test("at every width a row has room for its name, and German buttons leave what waiting costs to be read", async (t) => {
  const d = await desk(t, "demo");
  for (const width of [720, 820, 1024, 1440]) {
    const page = await d.open(undefined, { locale: "de-DE", viewport: { width, height: 900 } });
    await page.at("/?all=1");
    assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth), width, "it scrolls sideways");
    const rows = await page.locator(".today > [data-row]").evaluateAll((all) => all.map((li) => ({
      name: li.dataset.name,
      room: li.querySelector(".who").getBoundingClientRect().width,
      cost: li.querySelector(".cost").textContent.trim() && li.querySelector(".cost").getBoundingClientRect().right,
      acts: [...li.querySelectorAll(".acts .button")].map((b) => b.getBoundingClientRect().left),
    })));
    assert.ok(rows.some((r) => r.cost && r.acts.length === 3), "no row costs something and has a number to call");
    assert.deepEqual(rows.filter((r) => r.room < 140).map((r) => r.name), [], `no room at ${width} px`);
    assert.deepEqual(rows.filter((r) => r.cost && r.acts.some((left) => left < r.cost)).map((r) => r.name), [], `printed over at ${width} px`);
  }
});
