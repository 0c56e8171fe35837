// The outbox: every touch that is logged goes through it. It is kept in the browser first and sent then, so that it
// outlives a lost connection, an ended session and a restart. Its id makes sending it twice the same as once. What the
// book refuses stays, with the reason, until its writer mends or drops it.

let opened;
const db = () => (opened ??= new Promise((done, fail) => {
  const open = indexedDB.open("passbook", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("outbox", { keyPath: "id" });
  open.onsuccess = () => {
    open.result.onversionchange = () => { open.result.close(); opened = null; };
    done(open.result);
  };
  open.onerror = () => fail(open.error);
}));

async function outbox(mode, run) {
  const store = (await db()).transaction("outbox", mode).objectStore("outbox");
  return new Promise((done, fail) => {
    const ask = run(store);
    ask.onsuccess = () => done(ask.result);
    ask.onerror = () => fail(ask.error);
  });
}

const put = (e) => outbox("readwrite", (s) => s.put(e)).then(pending);
const drop = (e) => outbox("readwrite", (s) => s.delete(e.id)).then(pending);
const kept = () => outbox("readonly", (s) => s.getAll());
const mine = async () => (await kept()).filter((e) => e.member === member).sort((a, b) => (a.body.at < b.body.at ? -1 : 1));

let signedOut = false;

// pending shows how many wait, and hides the rows of Today that are done but for the sending.
async function pending() {
  if (!member) return;
  const all = await mine();
  const refused = all.filter((e) => e.refused).length;
  const badge = $("#pending");
  badge.hidden = !all.length;
  badge.classList.toggle("bad", refused > 0 || signedOut);
  badge.textContent = signedOut ? say("signin", all.length) : refused ? say("refused", refused) : say("pending", all.length);
  for (const r of $$("[data-post]")) {
    const done = all.some((e) => !e.refused && e.body.account === r.dataset.account);
    if (done !== r.hidden) r.hidden = done;
  }
}

// send posts what waits, oldest first, in one tab at a time. Without a connection or a session all of it waits on.
let sending;
const send = () => (sending ??= (navigator.locks ? navigator.locks.request("outbox", flush) : flush()).finally(() => { sending = null; }));

async function flush() {
  for (let e; member && (e = (await mine()).find((e) => !e.refused));) {
    const answer = await fetch("/api/v1/entries", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(e.body) }).catch(() => null);
    signedOut = answer?.status === 401;
    if (!answer || signedOut || answer.status >= 500 || answer.status === 408 || answer.status === 429) break;
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      await drop(e);
      document.dispatchEvent(new CustomEvent("sent", { detail: { id: e.id, name: e.name, entry: said.entry?.id } }));
    } else {
      const why = said.errors?.map((f) => f.message).join("; ") || said.detail || String(answer.status);
      await put({ ...e, refused: why });
      document.dispatchEvent(new CustomEvent("refused", { detail: { id: e.id, why } }));
    }
  }
  await pending();
}

// keep writes down a touch and sends it when it can. It resolves to its id.
async function keep(name, body) {
  const e = { id: id(), member, name, body: { at: new Date().toISOString(), ...body } };
  e.body.id = e.id;
  await put(e);
  return e;
}

const channelWord = (c) => $(`#sheet input[value="${c}"]`)?.parentElement.textContent.trim() || c || "";

// local is an instant as fields for a day and a time have it, in the zone of the reader.
const local = (at) => new Date(new Date(at) - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
const labelled = (field, label) => (field.setAttribute("aria-label", label), field);

// review shows what waits, each to be mended and sent again, or dropped; a drop can be taken back while it is open.
async function review() {
  const list = el("ul", { className: "events outbox" });
  for (const e of await mine()) {
    const words_ = e.body.kind === "touch" ? "summary" : "text";
    const text = labelled(el("input", { value: e.body[words_] ?? "" }), words.note);
    const at = labelled(el("input", { type: "datetime-local", value: local(e.body.at) }), words.when);
    const channel = labelled(el("select", {}, ...$$("#sheet [name=channel]").map((c) => new Option(channelWord(c.value), c.value, false, c.value === e.body.channel))), words.how);
    const again = async () => {
      const body = { ...e.body, [words_]: text.value };
      if (at.value !== local(e.body.at)) body.at = new Date(at.value).toISOString();
      if (body.channel) body.channel = channel.value;
      await put({ ...e, body, refused: undefined });
      d.close();
      await send();
      if ((await mine()).some((x) => x.refused)) review();
    };
    const li = el("li", {});
    const draw = () => li.replaceChildren(
      el("b", { className: "name" }, e.name),
      e.refused ? el("p", { className: "fault" }, e.refused) : "",
      el("div", { className: "row" }, e.body.channel ? channel : "", at), text,
      el("div", { className: "row" }, button(words.again, again, ""), button(words.drop, async () => {
        await drop(e);
        li.replaceChildren(`${e.name}: ${words.dropped} `, button(words.undo, async () => { await put(e); draw(); }));
      })),
    );
    draw();
    list.append(li);
  }
  const d = dialog(words.outbox, el("h2", {}, words.outbox), signedOut ? el("p", {}, el("a", { href: "/signin" }, words.signinnow)) : "", list, el("form", { method: "dialog" }, el("button", {}, words.close)));
}

// Signing out takes the outbox with it, so it is asked first what is to become of what waits.
document.addEventListener("submit", async (e) => {
  const form = e.target.closest("[data-signout]");
  if (!form) return;
  e.preventDefault();
  await send();
  const all = await kept();
  if (!all.length) return leave(form);
  const d = dialog(words.unsent,
    el("h2", {}, words.unsent), el("p", {}, words.lost),
    el("ul", { className: "events" }, ...all.map((x) => el("li", {}, `${x.name} ${channelWord(x.body.channel)}`, el("span", { className: "soft small" }, x.refused || (x.member === member ? "" : words.others))))),
    el("form", { method: "dialog", className: "row" }, el("button", { className: "main" }, words.stay), button(words.sendfirst, async () => { await send(); d.close(); if (!(await kept()).length) leave(form); else form.requestSubmit(); }, ""), button(words.leave, () => leave(form))),
  );
});

async function leave(form) {
  await outbox("readwrite", (s) => s.clear()).catch(() => {});
  for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name);
  form.submit();
}

$("#pending")?.addEventListener("click", review);
addEventListener("online", send);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
