// The outbox: everything that is written down goes through it. It is kept in the browser first and sent then, so that it
// outlives a lost connection, an ended session and a restart. Its id makes sending it twice the same as once. What the
// book refuses stays, with the reason, until its writer mends or drops it.

let opened;
const db = () => (opened ??= new Promise((done, fail) => {
  const open = indexedDB.open("passbook", 1);
  open.onupgradeneeded = () => open.result.createObjectStore("outbox", { keyPath: "id" });
  open.onsuccess = () => {
    open.result.onclose = open.result.onversionchange = shut;
    done(open.result);
  };
  open.onerror = () => fail(open.error);
}));
const shut = () => {
  opened?.then((d) => d.close(), () => {});
  opened = null;
};

// outbox resolves when what was asked is on the disk, so that what the page calls kept outlives the browser's sudden end.
// A browser whose disk is full closes the database, and may answer nothing any more: then it is opened anew, once, and
// what still fails is said to fail, as all tabs wait for the one that sends.
const outbox = (mode, run, again = true) => new Promise((done, fail) => {
  let tx;
  setTimeout(() => { try { tx?.abort(); } catch {} fail(new Error("no answer from the disk")); }, 5000); // unheard once it is done
  db().then((d) => {
    tx = d.transaction("outbox", mode, { durability: "strict" });
    const ask = run(tx.objectStore("outbox"));
    tx.oncomplete = () => done(ask?.result);
    tx.onabort = () => fail(tx.error);
  }).catch(fail);
}).catch((why) => {
  shut();
  if (again) return outbox(mode, run, false);
  throw why;
});

// What the browser will not keep, as where its disk is full, waits as long as its page is open, which asks before it goes.
const unkept = new Map();
addEventListener("beforeunload", (e) => { if (unkept.size) e.preventDefault(); });

// What is done with but will not leave the disk is known by its id, so that it is not sent again: it goes with the next
// that leaves. Another page may send it once more, which the book takes for the same.
const gone = new Set();
const sweep = (ids = [...gone]) => outbox("readwrite", (s) => ids.forEach((i) => gone.has(i) && s.delete(i))).then(() => ids.forEach((i) => gone.delete(i)), () => {});

const put = (e) => {
  gone.delete(e.id);
  return outbox("readwrite", (s) => s.put(e)).then(() => unkept.delete(e.id), () => unkept.set(e.id, e)).then(pending);
};
const drop = (e) => {
  gone.add(e.id);
  unkept.delete(e.id);
  return sweep().then(pending);
};
let known = []; // as it was read last, for when it cannot be read
const kept = async () => {
  known = await outbox("readonly", (s) => s.getAll()).catch(() => known);
  return [...known.filter((e) => !unkept.has(e.id)), ...unkept.values()].filter((e) => !gone.has(e.id));
};
const mine = async () => (await kept()).filter((e) => e.member === member).sort((a, b) => (a.body.at < b.body.at ? -1 : 1));

let signedOut = false;

const settles = ["touch", "kept", "broken", "released", "resolved"]; // a promise, or a case

// pending shows how many wait and, on their client's page, which; it hides what is done but for the sending.
async function pending() {
  if (!member) return;
  const all = await mine();
  const refused = all.filter((e) => e.refused).length;
  const badge = $("#pending");
  badge.hidden = !all.length;
  badge.classList.toggle("bad", refused > 0 || signedOut);
  badge.textContent = signedOut ? say("signin", all.length) : refused ? say("refused", refused) : say("pending", all.length);
  const waits = all.filter((e) => !e.refused).map((e) => e.body);
  for (const r of $$("[data-row][data-post]")) {
    const { kind } = JSON.parse(r.dataset.post);
    const done = waits.some((b) => b.account === r.dataset.account && b.kind === kind);
    if (done !== r.hidden) r.hidden = done;
  }
  for (const f of $$("li form :is([name=promise], [name=case])")) f.closest("li").hidden = waits.some((b) => b[f.name] === f.value && settles.includes(b.kind));
  for (const li of $$("#timeline .waits")) li.remove();
  const here = $("#log")?.dataset.account;
  $("#timeline")?.prepend(...all.filter((e) => here && e.body.account === here).reverse().map((e) => el("li", { className: "waits" },
    el("div", {}, what(e), textOf(e) && `: ${textOf(e)}`), el("div", { className: "soft small" }, e.refused || words.waits))));
}

// send posts what waits, oldest first, in one tab at a time. Without a connection or a session all of it waits on.
// Who asks while it is under way is heard after it, as it may have met a connection that was not back yet.
let sending, asked;
const send = () => {
  asked = true;
  return (sending ??= (async () => {
    while (asked) {
      asked = false;
      await (navigator.locks ? navigator.locks.request("outbox", flush) : flush());
    }
  })().finally(() => { sending = null; }));
};

// What could not be sent, or not leave the disk, is tried again after a while.
let later;
async function flush() {
  clearTimeout(later);
  if (gone.size) await sweep();
  let stuck = false;
  for (let e; member && (e = (await mine()).find((e) => !e.refused));) {
    const answer = await fetch("/api/v1/entries", { method: "POST", headers: { "Content-Type": "application/json", "Passbook-Member": member }, body: JSON.stringify(e.body), signal: AbortSignal.timeout?.(30_000) }).catch(() => null);
    signedOut = answer?.status === 401;
    stuck = !answer || signedOut || answer.status >= 500 || answer.status === 408 || answer.status === 429;
    if (stuck) break;
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      await drop(e);
      document.dispatchEvent(new CustomEvent("sent", { detail: { id: e.id, name: e.name, entry: said.entry?.id } }));
    } else {
      const why = said.detail || String(answer.status);
      await put({ ...e, refused: why });
      document.dispatchEvent(new CustomEvent("refused", { detail: { id: e.id, why } }));
    }
  }
  if (stuck && !signedOut || gone.size) later = setTimeout(send, 30_000);
  await pending();
}

// keep writes down what happened and sends it when it can. It resolves to what stands in the outbox; called is what its
// form calls it.
async function keep(name, body, called) {
  const e = { id: id(), member, name, called, body: { at: new Date().toISOString(), ...body } };
  e.body.id = e.id;
  await put(e);
  return e;
}

const channelWord = (c) => $(`#sheet input[value="${c}"]`)?.parentElement.textContent.trim() || c || "";
const what = (e) => e.called || channelWord(e.body.channel);
// What is said of a kind of entry goes into one of four fields: the one that names it, else into its words.
const notes = { summary: ["touch"], text: ["pulse", "promise", "case", "update", "resolved", "reopened", "answered", "closing", "thanks", "note", "engagement", "stage", "progress", "setback", "ended", "planned", "done"], plan: ["care"] };
const noteIn = (kind) => Object.keys(notes).find((t) => notes[t].includes(kind)) || "words";
const texts = [...Object.keys(notes), "words"];
const textOf = (e) => e.body[texts.find((t) => e.body[t])] || "";

// wall is what a clock shows in a zone at an instant, as fields for a day and a time have it; moment is the instant when
// it shows that.
const wall = (at, zone) => new Date(at).toLocaleString("sv", { timeZone: zone }).slice(0, 16).replace(" ", "T");
function moment(shown, zone) {
  let t = Date.parse(`${shown}Z`);
  for (let i = 0; i < 2; i++) t += Date.parse(`${shown}Z`) - Date.parse(`${wall(t, zone)}Z`);
  return new Date(t).toISOString();
}

// review shows what waits, each to be mended and sent again, or dropped; a drop can be taken back while it is open.
async function review() {
  const zone = document.body.dataset.zone || undefined;
  const list = el("ul", { className: "events outbox" });
  for (const e of await mine()) {
    const written = texts.filter((t) => t in e.body);
    const fields = [];
    const field = (f, name, label) => { f.name = name; fields.push(f); return el("label", {}, label, f); };
    const row = el("div", { className: "row" });
    if (e.body.channel) row.append(field(el("select", {}, ...$$("#sheet [name=channel]").map((c) => new Option(channelWord(c.value), c.value, false, c.value === e.body.channel))), "channel", words.how));
    for (const t of ["at", "due"]) if (e.body[t]) row.append(field(el("input", { type: "datetime-local", value: wall(e.body[t], zone) }), t, t === "at" ? words.when : words.due));
    if (e.body.points) row.append(field(el("input", { inputMode: "decimal", value: e.body.points }), "points", words.points));
    const lines = (written.length ? written : [noteIn(e.body.kind)]).map((t) => field(el("input", { value: e.body[t] ?? "" }), t, words.note));
    const again = async () => {
      const body = { ...e.body };
      for (const { name, type, value, defaultValue } of fields) {
        if (type !== "datetime-local") body[name] = name === "points" ? Number(value.replace(",", ".")) : value;
        else if (value !== defaultValue) body[name] = moment(value, zone);
      }
      await put({ ...e, body, refused: undefined });
      d.close();
      await send();
      if ((await mine()).some((x) => x.refused)) review();
    };
    const li = el("li", {});
    const draw = () => li.replaceChildren(
      el("div", {}, el("b", { className: "name" }, e.name), e.called ? `: ${e.called}` : ""),
      e.refused ? el("p", { className: "fault" }, e.refused) : "",
      row, ...lines,
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
    el("ul", { className: "events" }, ...all.map((x) => el("li", {}, `${x.name}: ${what(x)}`, el("span", { className: "soft small" }, x.refused || (x.member === member ? "" : words.others))))),
    el("form", { method: "dialog", className: "row" }, el("button", { className: "main" }, words.stay), button(words.sendfirst, async () => { await send(); d.close(); if (!(await kept()).length) leave(form); else form.requestSubmit(); }, ""), button(words.leave, () => leave(form))),
  );
});

async function leave(form) {
  await outbox("readwrite", (s) => s.clear()).catch(() => {});
  sessionStorage.clear();
  for (const name of await globalThis.caches?.keys() ?? []) await caches.delete(name);
  if (navigator.onLine) return form.submit();
  // Nobody hears of it now. The worker signs out before it shows any page again, so that the phone can be handed on.
  await (await globalThis.caches?.open("leaving"))?.put("/signout", new Response());
  addEventListener("online", () => form.submit());
  $("main").replaceChildren(el("p", { className: "said", role: "status" }, words.signedout));
  $(".head nav").remove();
  $(".head .me").remove();
}

$("#pending")?.addEventListener("click", review);
addEventListener("online", send);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
