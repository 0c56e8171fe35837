import assert from "node:assert/strict";
import { test } from "node:test";
import { password } from "../books.js";
import { books, desk, ownBrowser, until } from "../desk.js";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const touches = (d, who) => d.json("statement", who).lines.map((l) => l.particulars);

// ready waits until the page can do without a connection.
const ready = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller || new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done))).then(() => true));

// kept waits until the worker holds a page: it answers first and keeps what it answered after that.
const kept = (page, path) => until(`${path} to be kept`, () => page.evaluate((p) => caches.match(p).then(Boolean), path));

// form opens one of the forms that stand folded on an account's page.
async function form(page, id) {
  const f = page.locator(`form#${id}`);
  if (!(await f.isVisible())) await page.locator(".also > details > summary").and(page.locator(`details:has(form#${id}) > summary`)).first().tap();
  return f;
}

// own opens one's own settings in a second tab: on a phone one signs out there. They are not kept for when there is no
// connection.
async function own(d, page) {
  const tab = await page.context().newPage();
  await tab.goto(`${d.base}/settings`);
  return tab;
}

async function logOn(page, who, channel, note) {
  await page.locator(".today > [data-row]", { hasText: who }).locator("[data-log]").tap();
  await page.locator("#sheet[open] label", { has: page.locator(`input[value=${channel}]`) }).tap();
  if (note) await page.fill("#sheet textarea", note);
  await page.locator("#sheet button.main").tap();
}

// stored counts what the browser keeps on the disk to be sent.
const stored = (page) => page.evaluate(() => new Promise((done) => {
  const open = indexedDB.open("passbook", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("outbox", { keyPath: "id" });
  open.onsuccess = () => {
    open.result.transaction("outbox").objectStore("outbox").count().onsuccess = (e) => done(e.target.result);
    open.result.close();
  };
}));

// taps counts the taps on a page from now on, as a finger makes them.
async function taps(page) {
  await page.evaluate(() => {
    window.taps = 0;
    addEventListener("pointerdown", (e) => { if (e.isTrusted && e.pointerType === "touch") window.taps++; }, true);
  });
  return () => page.evaluate(() => window.taps);
}

test("a touch is logged in three taps, and one more says how they sounded", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  const lowest = await page.evaluate(() => document.querySelector(".today > [data-row]:not([hidden]) [data-log]").getBoundingClientRect().height);
  assert.ok(lowest >= 44, `the button is ${lowest} px high`);
  let count = await taps(page);
  await logOn(page, "Maria Keller", "call");
  assert.equal(await count(), 3);
  await page.locator("#told", { hasText: "Maria Keller" }).waitFor();
  await until("the call in the book", () => touches(d, "Maria Keller").some((p) => /call/i.test(p)));
  // How they sounded is one more, without a page, a menu or a scroll between.
  await page.at("/");
  count = await taps(page);
  await page.locator(".today > [data-row]", { hasText: "Jonas Okafor" }).locator("[data-log]").tap();
  await page.locator("#sheet[open] label", { has: page.locator("input[value=call]") }).tap();
  const cold = page.locator("#sheet label", { has: page.locator("[name=sounded][value=cold]") });
  const box = await cold.boundingBox();
  assert.ok(box.y >= 0 && box.y + box.height <= phone.viewport.height, `it stands at ${box.y}, out of sight`);
  assert.ok(box.height >= 44, `it is ${box.height} px high`);
  await cold.tap();
  await page.locator("#sheet button.main").tap();
  assert.equal(await count(), 4);
  await page.locator("#told", { hasText: "Jonas Okafor" }).waitFor();
  await until("how he sounded in the book", () => touches(d, "Jonas Okafor").some((p) => /call.*cold/i.test(p)));
  assert.deepEqual(page.faults, []);
});

test("what waits outlives the browser's sudden end and is sent once", async (t) => {
  const d = await desk(t);
  const own = await ownBrowser(t);
  let page = await own.start();
  await page.goto(`${d.base}/signin`);
  await page.fill("[name=address]", books.firm.addresses.ana);
  await page.fill("[name=password]", password);
  await page.locator("main form button.main").click();
  await page.locator(".today > [data-row]").first().waitFor();
  await ready(page);
  await page.reload();
  await kept(page, "/");
  await own.quit(); // she has been signed in since yesterday
  page = await own.start();
  await page.goto(`${d.base}/`);
  await page.locator(".today > [data-row]").first().waitFor();
  await d.down();
  const log = async (who, note) => {
    await page.locator(".today > [data-row]", { hasText: who }).locator("[data-log]").click();
    await page.locator("#sheet[open] label", { has: page.locator("input[value=call]") }).click();
    await page.fill("#sheet textarea", note);
    await page.locator("#sheet button.main").click();
  };
  await log("Jonas Okafor", "will think it over");
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  await log("Priya Sandhu", "wants to see the garden");
  await page.locator("#pending", { hasText: "2 waiting" }).waitFor();
  await own.kill();
  page = await own.start();
  await page.goto(`${d.base}/`);
  await page.locator("#seen", { hasText: "Without a connection" }).waitFor();
  await page.locator("#pending", { hasText: "2 waiting to be sent" }).waitFor();
  assert.equal(await page.locator(".today > [data-row]:visible", { hasText: /Jonas Okafor|Priya Sandhu/ }).count(), 0, "rows that are done are shown again");
  assert.equal(touches(d, "Jonas Okafor").some((p) => p.includes("think it over")), false, "it was sent without a server");
  await d.up();
  await page.locator("#pending").waitFor({ state: "hidden", timeout: 30_000 });
  for (const [who, note] of [["Jonas Okafor", "think it over"], ["Priya Sandhu", "see the garden"]]) {
    assert.equal(touches(d, who).filter((p) => p.includes(note)).length, 1, who);
  }
  await page.reload();
  await page.locator(".today > [data-row]").first().waitFor();
  assert.equal(await page.locator("#pending").isVisible(), false);
});

test("what the browser has no room to keep is sent all the same, and the page asks before it goes", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.addInitScript(() => { IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); }; });
  await page.at("/");
  await logOn(page, "Maria Keller", "call", "the first of two");
  await until("the call in the book", () => touches(d, "Maria Keller").some((p) => p.includes("the first of two")));
  await page.context().setOffline(true);
  await logOn(page, "Jonas Okafor", "call", "the second of two");
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  let asked = 0;
  page.on("dialog", (dialog) => { asked += dialog.type() === "beforeunload"; dialog.dismiss(); });
  await page.close({ runBeforeUnload: true });
  await until("the page to ask", () => asked);
  await page.context().setOffline(false);
  await page.locator("#pending").waitFor({ state: "hidden" });
  assert.ok(touches(d, "Jonas Okafor").some((p) => p.includes("the second of two")));
  assert.deepEqual(page.faults, []);
});

test("a database that the browser closes, or that answers nothing, holds up nothing", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await page.context().setOffline(true);
  await logOn(page, "Maria Keller", "call", "the disk was full");
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  // One that is closed throws; what comes after that is never heard of, once.
  await page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    let asked = 0;
    IDBDatabase.prototype.transaction = function (...of) {
      if (++asked === 1) this.close();
      if (asked === 2) return { abort() {}, objectStore: () => ({ getAll: () => ({}), put: () => ({}), delete: () => ({}) }) };
      return transaction.apply(this, of);
    };
  });
  await page.context().setOffline(false);
  await until("the call in the book", () => touches(d, "Maria Keller").some((p) => p.includes("the disk was full")), 20_000);
  await page.locator("#pending").waitFor({ state: "hidden" });
  await until("the lock to be free", () => page.evaluate(async () => !(await navigator.locks.query()).held.length));
  // As the disk closes it again, what is written down next goes the same way.
  await page.evaluate(() => {
    const { transaction } = IDBDatabase.prototype;
    IDBDatabase.prototype.transaction = function (...of) {
      IDBDatabase.prototype.transaction = transaction;
      this.close();
      return transaction.apply(this, of);
    };
  });
  await logOn(page, "Jonas Okafor", "call", "there was room again");
  await until("the next in the book", () => touches(d, "Jonas Okafor").some((p) => p.includes("there was room again")));
  assert.equal(touches(d, "Maria Keller").filter((p) => p.includes("the disk was full")).length, 1);
  assert.equal(await stored(page), 0, "what was sent is still kept");
  assert.deepEqual(page.faults, []);
});

test("what was sent and will not leave the disk is not sent over and over", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  let posts = 0;
  page.on("request", (r) => { posts += r.method() === "POST" && r.url().endsWith("/api/v1/entries"); });
  await page.at("/");
  await page.evaluate(() => { IDBObjectStore.prototype.delete = () => { throw new DOMException("full", "QuotaExceededError"); }; });
  await logOn(page, "Maria Keller", "call", "once is enough");
  await until("the call in the book", () => touches(d, "Maria Keller").some((p) => p.includes("once is enough")));
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.waitForTimeout(1000);
  assert.equal(posts, 1);
  assert.equal(await page.locator("#pending").isVisible(), false, "it is said to wait");
  assert.equal(await stored(page), 1);
  // The next page does not know of it: it sends it once, and the book takes it for the same.
  await page.reload();
  await until("it to leave the disk", async () => (await stored(page)) === 0);
  assert.equal(posts, 2);
  assert.equal(touches(d, "Maria Keller").filter((p) => p.includes("once is enough")).length, 1);
  assert.deepEqual(page.faults, []);
});

test("what is logged without a connection outlives a restart and is sent once", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await ready(page);
  await page.reload();
  await kept(page, "/");
  await page.context().setOffline(true);
  await logOn(page, "Jonas Okafor", "meeting", "met him at the house");
  await page.locator("#pending", { hasText: "1 waiting to be sent" }).waitFor();
  await page.reload();
  await page.locator("#seen", { hasText: "Without a connection" }).waitFor();
  await page.locator("#pending", { hasText: "1 waiting to be sent" }).waitFor();
  assert.equal(await page.locator(".today > [data-row]:visible", { hasText: "Jonas Okafor" }).count(), 0, "the row that is done is shown again");
  const before = touches(d, "Jonas Okafor").length;
  await page.context().setOffline(false);
  await page.locator("#pending").waitFor({ state: "hidden" });
  await until("the meeting in the book", () => touches(d, "Jonas Okafor").length === before + 1);
  await page.reload();
  assert.equal(touches(d, "Jonas Okafor").length, before + 1);
  assert.deepEqual(page.faults, []);
});

test("what waits is sent when the server is back, without a touch of the page", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await d.down();
  await logOn(page, "Greta Lindqvist", "call", "said she would think it over");
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  await d.up();
  await page.locator("#pending").waitFor({ state: "hidden", timeout: 20_000 });
  assert.ok(touches(d, "Greta Lindqvist").some((p) => p.includes("think it over")));
});

test("an ended session keeps what waits until its member is back", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  const cookies = await page.context().cookies();
  await page.context().clearCookies();
  await logOn(page, "Priya Sandhu", "video", "showed her the plans");
  await page.locator("#pending", { hasText: "1 kept: sign in to send" }).waitFor();
  await page.locator("#pending").tap();
  await page.locator("dialog[open] a[href='/signin']").waitFor();
  await page.context().addCookies(cookies);
  await page.at("/");
  await page.locator("#pending").waitFor({ state: "hidden" });
  await until("the video call in the book", () => touches(d, "Priya Sandhu").some((p) => p.includes("showed her the plans")));
});

test("what the book refuses is kept with its reason, mended and sent", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  const id = d.account("Tomás Rivera");
  await page.context().setOffline(true);
  await page.clock.setFixedTime(new Date(Date.now() + 3 * 86400e3)); // a telephone whose clock is wrong
  await logOn(page, "Tomás Rivera", "call", "wants two viewings");
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  await page.clock.setFixedTime(new Date());
  await page.context().setOffline(false);
  await page.locator("#pending", { hasText: "1 refused" }).waitFor();
  await page.locator("#pending").tap();
  const dialog = page.locator("dialog[open]");
  await dialog.locator(".fault", { hasText: "ahead of now" }).waitFor();
  await dialog.getByText("Drop").tap();
  await dialog.getByText("Undo").tap();
  await dialog.getByLabel("Note").fill("wants three viewings");
  await dialog.getByLabel("When").fill(new Date(Date.now() - 60_000).toLocaleString("sv", { timeZone: "Europe/London" }).slice(0, 16).replace(" ", "T"));
  await dialog.getByText("Send again").tap();
  await page.locator("#pending").waitFor({ state: "hidden" });
  assert.ok(touches(d, id).some((p) => p.includes("three viewings")));
});

test("a promise, a case and a note made without a connection are kept and sent", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  const id = d.account("Maria Keller");
  await page.at("/");
  await ready(page);
  await page.at(`/clients/${id}`);
  await kept(page, `/clients/${id}`);
  await page.context().setOffline(true);
  let f = await form(page, "promise");
  await f.locator("[name=text]").fill("send her the survey");
  await f.locator("[name=due]").fill("2031-12-01");
  await f.locator("button.main").tap();
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  await page.locator("#timeline .waits", { hasText: "send her the survey" }).waitFor();
  await page.reload();
  await page.locator("#timeline .waits", { hasText: "send her the survey" }).waitFor();
  f = await form(page, "case");
  await f.locator("[name=text]").fill("the valuation was late");
  await f.locator("label", { hasText: "ours, they told us" }).tap();
  await f.locator("[name=severity]").selectOption("2");
  await f.locator("button.main").tap();
  await page.locator("#pending", { hasText: "2 waiting" }).waitFor();
  await page.locator("details:has(> form [value=note]) > summary").tap();
  await page.fill("form:has([value=note]) textarea", "prefers mornings");
  await page.locator("form:has([value=note]) button.main").tap();
  await page.locator("#pending", { hasText: "3 waiting" }).waitFor();
  await page.context().setOffline(false);
  await page.locator("#pending").waitFor({ state: "hidden" });
  await page.locator(".told .events", { hasText: /send her the survey\s*due\s1\sDec\s2031/ }).waitFor();
  await page.locator("#timeline", { hasText: "prefers mornings" }).waitFor();
  await page.locator("#timeline", { hasText: "the valuation was late" }).waitFor();
  // What is open is settled the same way: a promise without a connection, then the case, of which they are told first.
  await page.context().setOffline(true);
  await page.locator(".told li", { hasText: "send her the survey" }).getByRole("button", { name: "Kept", exact: true }).tap();
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  assert.equal(await page.locator(".told li:visible", { hasText: "send her the survey" }).getByRole("button", { name: "Kept", exact: true }).count(), 0, "it can be kept twice");
  const news = page.locator("form:has([value=update])");
  await news.locator("[name=text]").fill("the valuer comes on Friday");
  await news.locator("[name=channel]").selectOption("call");
  await news.getByRole("button").tap();
  await page.locator("#pending", { hasText: "2 waiting" }).waitFor();
  await page.context().setOffline(false);
  await page.locator("#pending").waitFor({ state: "hidden" });
  await until("the promise kept", () => touches(d, id).some((p) => /kept/i.test(p)));
  assert.ok(touches(d, id).some((p) => p.includes("the valuer comes on Friday")));
  assert.deepEqual(page.faults, []);
});

test("a promise that the book refuses is kept with its reason", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  const id = d.account("Greta Lindqvist");
  await page.at(`/clients/${id}`);
  const f = await form(page, "promise");
  await f.locator("[name=text]").fill("call about the fence");
  await f.locator("[name=due]").fill("2019-12-01");
  await f.locator("button.main").tap();
  await f.locator(".fault").waitFor();
  assert.equal(await f.locator("[name=text]").inputValue(), "call about the fence");
  assert.equal(await page.locator("#pending").isVisible(), false);
  await page.context().setOffline(true);
  const failed = page.waitForEvent("requestfailed", (r) => r.url().endsWith("/entries"));
  await f.locator("button.main").tap();
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  await failed; // it waits; else the form itself would tell the refusal
  await page.context().setOffline(false);
  await page.locator("#pending", { hasText: "1 refused" }).tap();
  const dialog = page.locator("dialog[open]");
  await dialog.locator(".fault").waitFor();
  await dialog.getByLabel("By when").fill("2031-12-01T17:00");
  await dialog.getByText("Send again").tap();
  await page.locator("#pending").waitFor({ state: "hidden" });
  await until("the promise in the book", () => touches(d, id).some((p) => p.includes("call about the fence")));
  assert.deepEqual(page.faults, []);
});

test("a page that was never seen says so without a connection, and comes by itself when there is one", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", { ...phone, locale: "de-DE" });
  await page.at("/");
  await ready(page);
  await page.reload();
  await kept(page, "/");
  await page.context().setOffline(true);
  for (const path of ["/portfolio", "/search?q=Maria"]) {
    await page.goto(d.base + path);
    await page.getByRole("heading", { name: "Diese Seite ist hier nicht aufbewahrt" }).waitFor();
    assert.match(await page.title(), /^Diese Seite ist hier nicht aufbewahrt · /);
    assert.equal(await page.locator(".today, [aria-current]").count(), 0, "Today is shown under another address");
    assert.equal(await page.locator("#seen").isVisible(), false, "it is no page of another time");
  }
  await page.getByText("Heute öffnen").tap();
  await page.locator("#seen", { hasText: "Ohne Verbindung" }).waitFor();
  await page.locator(".today > [data-row]").first().waitFor();
  await page.goto(`${d.base}/portfolio`);
  await page.getByRole("heading", { name: "Diese Seite ist hier nicht aufbewahrt" }).waitFor();
  await page.context().setOffline(false);
  await page.locator("main h1", { hasText: "Bestand" }).waitFor({ timeout: 30_000 });
  assert.deepEqual(page.faults, []);
});

test("the people of the morning open without a connection though nobody has opened them, and a touch is logged there", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await ready(page);
  await page.reload();
  const who = "Priya Sandhu", path = `/clients/${d.account(who)}`;
  await kept(page, "/");
  await kept(page, path);
  await page.context().setOffline(true);
  await page.locator(".today > [data-row]", { hasText: who }).locator("[data-open]").tap();
  await page.locator("h1", { hasText: who }).waitFor();
  assert.equal(new URL(page.url()).pathname, path);
  await page.locator("#seen", { hasText: "Without a connection" }).waitFor();
  await page.locator("#passbook").waitFor();
  await page.locator("#log label", { has: page.locator("input[value=call]") }).tap();
  await page.locator("#log textarea").first().fill("told her from the car park");
  await page.locator("#log button.main").tap();
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  await page.locator("#timeline .waits", { hasText: "from the car park" }).waitFor();
  await page.goBack();
  await page.locator(".today > [data-row]").first().waitFor();
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  await page.context().setOffline(false);
  await page.locator("#pending").waitFor({ state: "hidden" });
  await until("the call in the book", () => touches(d, who).filter((p) => p.includes("from the car park")).length === 1);
  assert.deepEqual(page.faults, []);
});

test("a person who is not on Today and was never opened is said not to be kept, and Today goes on", async (t) => {
  const d = await desk(t);
  d.cli("add", "Wim Novak", "--email", "wim@client.example");
  const path = `/clients/${d.account("Wim Novak")}`;
  const page = await d.open("ana", phone);
  await page.at("/");
  await ready(page);
  await page.reload();
  await kept(page, "/");
  assert.equal(await page.locator(".today > [data-row]", { hasText: "Wim Novak" }).count(), 0);
  await page.context().setOffline(true);
  await page.goto(d.base + path);
  await page.getByRole("heading", { name: "This page is not kept here" }).waitFor();
  assert.equal(new URL(page.url()).pathname, path, "it stands under another address");
  assert.equal(await page.locator("#timeline, #log, .today").count(), 0, "somebody else is shown");
  assert.equal(await page.locator("#seen").isVisible(), false, "it is no page of another time");
  await page.locator("main a.button").tap();
  await logOn(page, "Jonas Okafor", "call", "while it was away");
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor();
  await page.goto(d.base + path);
  await page.locator("#pending", { hasText: "1 waiting" }).waitFor(); // on this page as well
  await page.context().setOffline(false);
  await page.locator("h1", { hasText: "Wim Novak" }).waitFor({ timeout: 30_000 });
  await until("the call in the book", () => touches(d, "Jonas Okafor").some((p) => p.includes("while it was away")));
  assert.deepEqual(page.faults, []);
});

test("an ended session takes the kept pages away", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await ready(page);
  await page.reload();
  await kept(page, "/");
  await page.context().clearCookies();
  await page.at("/");
  await page.waitForURL("**/signin");
  assert.equal(await page.evaluate(() => caches.match("/").then(Boolean)), false, "Today can still be read");
});

test("what one member wrote down and saw is not another's who signs in here", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await ready(page);
  const id = d.account("Priya Sandhu");
  await page.at(`/clients/${id}`);
  await until("the page kept", () => page.evaluate(async (u) => !!(await caches.match(u)), `${d.base}/clients/${id}`));
  await page.at("/");
  const mine = await page.context().cookies();
  await page.context().clearCookies();
  await logOn(page, "Priya Sandhu", "video", "showed her the plans");
  await page.locator("#pending", { hasText: "1 kept: sign in to send" }).waitFor();
  const ben = await d.open("ben", phone);
  await page.context().addCookies(await ben.context().cookies());
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.waitForTimeout(500);
  assert.equal(touches(d, "Priya Sandhu").some((p) => p.includes("showed her the plans")), false, "it was written down as another's");
  await page.at("/");
  await until("the pages of who was here before forgotten", () => page.evaluate(async (u) => !(await caches.match(u)), `${d.base}/clients/${id}`));
  await page.context().clearCookies();
  await page.context().addCookies(mine);
  await page.at("/");
  await until("it is hers, once she is back", () => touches(d, "Priya Sandhu").some((p) => p.includes("showed her the plans")));
  assert.deepEqual(page.faults, []);
});

test("signing out and losing what waits leaves nothing behind", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await ready(page);
  const settings = await own(d, page);
  await page.context().setOffline(true);
  await logOn(page, "Hanna Vogel", "call");
  await page.locator("#pending").waitFor();
  await settings.bringToFront();
  await settings.locator("[data-signout]:visible button").tap();
  // Without a connection nothing but the page itself clears what it kept.
  await settings.locator("dialog[open]").getByText("Sign out and lose them").tap();
  await settings.getByText("You are signed out on this device").waitFor();
  assert.equal(await stored(settings), 0, "what was to be lost is still there");
  await page.context().setOffline(false);
});

test("signing out without a connection holds, from Today's own menu", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await ready(page);
  await page.context().setOffline(true);
  await logOn(page, "Hanna Vogel", "call");
  await page.locator("#pending").waitFor();
  await page.locator("[data-signout]:visible button").tap();
  await page.locator("dialog[open]", { hasText: "Hanna Vogel" }).getByText("Sign out and lose them").tap();
  await page.getByText("You are signed out on this device").waitFor();
  assert.equal(await page.locator(".head nav").count(), 0);
  const next = await page.context().newPage();
  await assert.rejects(next.goto(`${d.base}/`), "without a connection nothing of theirs is shown");
  await page.close(); // whoever gets the phone closes what is open
  await page.context().setOffline(false);
  await next.goto(`${d.base}/`);
  await next.waitForURL("**/signin");
  await next.goto(`${d.base}/clients`);
  await next.waitForURL("**/signin");
  assert.deepEqual(touches(d, "Hanna Vogel").filter((p) => /call/i.test(p)), [], "what was to be lost was sent");
});

test("signing out warns of what would be lost", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  await ready(page);
  assert.equal(await page.locator("[data-signout]:visible").count(), 1, "it stands once in the menu of every page");
  const settings = await own(d, page);
  await page.context().setOffline(true);
  await logOn(page, "Hanna Vogel", "call");
  await page.locator("#pending").waitFor();
  await settings.bringToFront();
  await settings.locator("[data-signout]:visible button").tap();
  const dialog = settings.locator("dialog[open]", { hasText: "Hanna Vogel" });
  await dialog.getByText("Stay").tap();
  await settings.locator("[data-signout]:visible button").tap();
  await dialog.waitFor();
  await page.close();
  await settings.context().setOffline(false);
  await dialog.getByText("Send first").tap();
  await settings.waitForURL("**/signin");
  assert.ok(touches(d, "Hanna Vogel").some((p) => /call/i.test(p)));
  // The door's page brings the worker again, which keeps what pages load; that is everybody's.
  // As it comes it opens the place of pages, to find that it may keep none.
  await until("nothing of hers to be kept in the browser", () => settings.evaluate(async () => ![...(await caches.keys()).filter((c) => !c.startsWith("shell-")), ...(await indexedDB.databases()).map((d) => d.name)].length));
});

test("a telephone link asks whether to log the call", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at(`/clients/${d.account("Maria Keller")}`);
  await page.locator('a[href^="tel:"]').first().evaluate((a) => {
    a.addEventListener("click", (e) => e.preventDefault());
    a.click();
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.locator("#sheet[open] h2", { hasText: "Maria Keller" }).waitFor();
  assert.ok(await page.locator("#sheet input[value=call]").isChecked());
  await page.locator("#sheet label", { hasText: "left word" }).tap();
  await page.locator("#sheet button.main").tap();
  await until("the message in the book", () => touches(d, "Maria Keller").some((p) => /left/i.test(p)));
});

test("a link to a text asks whether to log the text", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at(`/clients/${d.account("Maria Keller")}`);
  await page.locator('a[href^="tel:"]').first().evaluate((a) => {
    a.href = a.href.replace("tel:", "sms:"); // as on a row that advises a text
    a.addEventListener("click", (e) => e.preventDefault());
    a.click();
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.locator("#sheet[open] h2", { hasText: "You wrote to Maria Keller" }).waitFor();
  assert.ok(await page.locator("#sheet input[value=text]").isChecked());
});

test("it can be installed", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", phone);
  await page.at("/");
  const href = await page.locator("link[rel=manifest]").getAttribute("href");
  const manifest = await (await page.request.get(d.base + href)).json();
  for (const icon of manifest.icons) assert.equal((await page.request.get(d.base + icon.src)).status(), 200, icon.src);
  const wire = await page.context().newCDPSession(page);
  const { errors } = await wire.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await wire.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.filter((e) => e.errorId !== "in-incognito"), []);
});

test("on a client's page the passbook is within reach of a thumb, and the older rows are", async (t) => {
  const d = await desk(t, "demo");
  const page = await d.open(undefined, phone);
  await page.at(`/clients/${d.json("list", "--limit", "1").accounts[0].id}`);
  const rows = page.locator("#timeline > li:visible:has(time)");
  assert.equal(await rows.count(), 5);
  await page.locator("#timeline > li.onphone a").tap();
  await until("the older rows", async () => (await rows.count()) > 5);
  await page.locator(".jumps a[href='#passbook']").tap();
  await until("the passbook in sight", () => page.evaluate(() => Math.abs(document.querySelector("#passbook").getBoundingClientRect().top) < 100));
  assert.deepEqual(page.faults, []);
});

test("what is shown without a connection tells its time by the reader's clock, wherever the telephone is", async (t) => {
  const d = await desk(t);
  const page = await d.open("ana", { ...phone, timezoneId: "Pacific/Auckland", locale: "en-US" });
  await page.at("/");
  await ready(page);
  await page.reload();
  await kept(page, "/");
  const zone = await page.locator("body").getAttribute("data-zone");
  assert.ok(zone && zone !== "Pacific/Auckland", `the reader's zone is ${zone}`);
  await page.context().setOffline(true);
  await page.reload();
  await page.locator("#seen", { hasText: "Without a connection" }).waitFor();
  const [said, seen] = [await page.locator("#seen").textContent(), await page.locator("body").getAttribute("data-seen")];
  const clock = new Date(seen).toLocaleString("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
  assert.ok(said.includes(clock), `${said} does not say ${clock}`);
  assert.doesNotMatch(said, /[ap]\.?m/i);
});
