// The desk's own script. Every page works without it; it adds keys, a palette, an outbox for what is logged without a
// connection, and news of what colleagues do. Nothing here decides anything: it presses the page's own buttons.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const words = JSON.parse($("#words")?.textContent || "{}");
const typing = (el) => el?.matches?.("input, textarea, select, [contenteditable]");
const member = document.body.dataset.member || "";

// --- Keys: one registry feeds the keys, the sheet and the palette. ---

const acts = [
  { key: "j", say: words.down, run: () => move(1) },
  { key: "k", say: words.up, run: () => move(-1) },
  { key: "Enter", say: words.open, run: () => row()?.querySelector("[data-open]")?.click() },
  { key: "l", say: words.log, run: () => (row() && $("[data-log]", row()) ? $("[data-log]", row()).click() : focusOn("#log")) },
  { key: "p", say: words.promise, run: () => focusOn("#promise") },
  { key: "c", say: words.case, run: () => focusOn("#case") },
  { key: "u", say: words.undo, run: () => $(".said form button")?.click() },
  { key: "/", say: words.search, run: () => $("#q")?.focus() },
  { key: "n", say: words.next, run: () => $("[data-next]")?.click() },
  { key: "?", say: words.keys, run: () => sheet() },
  ...$$(".head nav a").map((a, i) => ({ key: `g ${i + 1}`, say: a.textContent, run: () => a.click() })),
];

let waitsForDigit = false;

document.addEventListener("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
    e.preventDefault();
    return palette();
  }
  if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || $("dialog[open]")) return;
  if (document.body.dataset.letters === "off" && /^[a-z]$/.test(e.key)) return;
  if (e.key === "Enter" && e.target.closest?.("a, button, summary")) return;
  const key = waitsForDigit ? `g ${e.key}` : e.key;
  waitsForDigit = e.key === "g" && !waitsForDigit;
  const act = acts.find((a) => a.key === key);
  if (act) {
    e.preventDefault();
    act.run();
  }
});

const rows = () => $$("[data-row]");
const row = () => document.activeElement?.closest?.("[data-row]") || rows()[0];

function move(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement?.closest?.("[data-row]"));
  const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function focusOn(id) {
  const form = $(id);
  if (!form) return;
  form.closest("details")?.setAttribute("open", "");
  form.scrollIntoView({ block: "center" });
  $("input:checked, input:not([type=hidden]), textarea, select", form)?.focus();
}

// --- The sheet of keys, and the palette that searches and acts. ---

function dialog(title, fill) {
  const d = document.createElement("dialog");
  d.setAttribute("aria-label", title);
  const before = document.activeElement;
  fill(d);
  d.addEventListener("close", () => { d.remove(); before?.focus?.(); });
  document.body.append(d);
  d.showModal();
  return d;
}

const el = (name, props = {}, ...children) => {
  const e = Object.assign(document.createElement(name), props);
  e.append(...children);
  return e;
};

function sheet() {
  dialog(words.keys, (d) => {
    const list = el("dl", { className: "facts" });
    for (const a of [...acts, { key: "Ctrl K", say: words.palette }]) list.append(el("dt", {}, el("kbd", {}, a.key)), el("dd", {}, a.say));
    d.append(el("h2", {}, words.keys), list, el("form", { method: "dialog" }, el("button", {}, words.close)));
  });
}

function palette() {
  if ($("dialog[open]")) return;
  dialog(words.palette, (d) => {
    const input = el("input", { type: "search", placeholder: words.palette, autocomplete: "off" });
    input.setAttribute("aria-label", words.palette);
    const list = el("ul", { className: "events" });
    d.append(input, list);
    let found = [];
    const draw = () => {
      const q = input.value.trim().toLowerCase();
      const doable = acts.filter((a) => a.say && (!q || a.say.toLowerCase().includes(q))).slice(0, q ? 4 : 20);
      list.replaceChildren(
        ...found.map((h) => el("li", {}, el("a", { href: `/clients/${h.account}`, className: "quiet name" }, h.name), h.text ? el("div", { className: "soft small" }, h.text) : "")),
        ...doable.map((a) => el("li", {}, el("button", { className: "bare", type: "button", onclick: () => { d.close(); a.run(); } }, a.say), " ", el("kbd", {}, a.key))),
      );
    };
    let timer;
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const q = input.value.trim();
        found = [];
        if (q.length > 1) {
          const answer = await fetch(`/api/v1/search?limit=8&q=${encodeURIComponent(q)}`).catch(() => null);
          if (answer?.ok) found = (await answer.json()).hits.filter((h) => h.account);
        }
        if (q === input.value.trim()) draw();
      }, 120);
    });
    d.addEventListener("keydown", (e) => {
      const stops = [input, ...$$("a, button", list)];
      const at = stops.indexOf(document.activeElement);
      if (e.key === "ArrowDown" || e.key === "ArrowUp") {
        e.preventDefault();
        stops[(at + (e.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length].focus();
      } else if (e.key === "Enter" && at === 0) {
        e.preventDefault();
        stops[1]?.click();
      }
    });
    draw();
  });
}

// --- The outbox: what is logged without a connection is kept, sent when there is one again, and never dropped. ---

const db = () => new Promise((done, fail) => {
  const open = indexedDB.open("passbook", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("outbox", { keyPath: "id" });
  open.onsuccess = () => done(open.result);
  open.onerror = () => fail(open.error);
});

async function outbox(mode, run) {
  const store = (await db()).transaction("outbox", mode).objectStore("outbox");
  return new Promise((done, fail) => {
    const ask = run(store);
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => fail(ask.error);
  });
}

const waiting = async () => (await outbox("readonly", (s) => s.getAll())).filter((e) => e.member === member);

async function pending() {
  const all = await waiting();
  const badge = $("#pending");
  if (!badge) return;
  const refused = all.filter((e) => e.refused);
  badge.hidden = all.length === 0;
  badge.textContent = refused.length ? `${refused.length} ${words.refused}` : `${all.length} ${words.pending}`;
}

// send posts what waits, oldest first. A refusal stays for review; without a connection or a session all of it waits on.
let sending = false;
async function send() {
  if (sending || !member) return;
  sending = true;
  try {
    for (const e of (await waiting()).sort((a, b) => (a.body.at < b.body.at ? -1 : 1))) {
      if (e.refused) continue;
      const answer = await fetch("/api/v1/entries", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(e.body) }).catch(() => null);
      if (!answer || answer.status === 401 || answer.status >= 500 || answer.status === 429) break;
      if (answer.ok) await outbox("readwrite", (s) => s.delete(e.id));
      else {
        const why = await answer.json().catch(() => ({}));
        await outbox("readwrite", (s) => s.put({ ...e, refused: why.detail || String(answer.status) }));
      }
    }
  } finally {
    sending = false;
    await pending();
  }
}

async function review() {
  const all = await waiting();
  dialog(words.outbox, (d) => {
    d.append(el("h2", {}, words.outbox));
    const list = el("ul", { className: "events" });
    for (const e of all) {
      const drop = el("button", { type: "button", className: "bare", onclick: async () => { await outbox("readwrite", (s) => s.delete(e.id)); d.close(); pending(); } }, words.drop);
      list.append(el("li", {}, el("b", {}, e.name), ` ${e.body.channel} · ${e.body.summary || ""}`, el("div", { className: e.refused ? "fault" : "soft small" }, e.refused || e.body.at), drop));
    }
    d.append(list, el("form", { method: "dialog" }, el("button", {}, words.close)));
  });
}

async function keep(form) {
  const data = Object.fromEntries(new FormData(form));
  const id = data.key || crypto.randomUUID();
  const body = { id, kind: "touch", account: form.dataset.account, at: new Date().toISOString() };
  for (const name of ["channel", "dir", "outcome", "sounded", "asks", "summary"]) if (data[name]) body[name] = data[name];
  await outbox("readwrite", (s) => s.put({ id, member, name: form.dataset.name, body }));
  form.reset();
  await pending();
}

document.addEventListener("submit", (e) => {
  const form = e.target;
  if (form.matches("#log") && !navigator.onLine) {
    e.preventDefault();
    keep(form);
  }
  if (form.matches("[data-signout]")) {
    indexedDB.deleteDatabase("passbook");
    navigator.serviceWorker?.controller?.postMessage("forget");
  }
});
$("#pending")?.addEventListener("click", review);
addEventListener("online", send);

// --- A call begun here asks to be logged when its caller is back. ---

document.addEventListener("click", (e) => {
  const a = e.target.closest?.('a[href^="tel:"]');
  if (a) sessionStorage.setItem("called", location.pathname);
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || sessionStorage.getItem("called") !== location.pathname) return;
  sessionStorage.removeItem("called");
  const call = $('#log input[value="call"]');
  if (call) {
    call.checked = true;
    focusOn("#log");
  }
});

// --- What colleagues do appears without asking; after a break in the line the page is read again. ---

if (member && "EventSource" in window) {
  let broken = false;
  const news = new EventSource("/api/v1/events");
  news.onopen = () => { if (broken) refresh(); broken = false; send(); };
  news.onerror = () => { broken = true; };
  news.addEventListener("entry", (e) => {
    const { account } = JSON.parse(e.data);
    if ($(`[data-live~="${account}"]`) || $("[data-live=all]")) refresh();
  });
  addEventListener("pagehide", () => news.close());
}

let timer;
function refresh() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const live = $("[data-live]");
    if (!live || typing(document.activeElement) || $("dialog[open]")) return;
    htmx.ajax("GET", location.href, { target: "[data-live]", select: "[data-live]", swap: "outerMorph" });
  }, 300);
}

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js");
if (member) pending().then(send);

// What scrolls sideways can be scrolled by keys.
function scrollable() {
  for (const s of $$(".scroll")) if (s.scrollWidth > s.clientWidth) s.tabIndex = 0;
}
scrollable();
document.addEventListener("htmx:after:swap", scrollable);

// --- Files can be dropped where they can be chosen. ---

for (const form of $$("[data-drop]")) {
  const over = (on) => (e) => { e.preventDefault(); form.classList.toggle("over", on); };
  form.addEventListener("dragover", over(true));
  form.addEventListener("dragleave", over(false));
  form.addEventListener("drop", (e) => {
    over(false)(e);
    if (!e.dataTransfer.files.length) return;
    $("input[type=file]", form).files = e.dataTransfer.files;
    form.requestSubmit();
  });
}
