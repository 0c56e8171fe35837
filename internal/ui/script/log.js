// Logging a touch: from a row of Today by the sheet (person, channel, done), from an account by its form, and after a
// call that was begun here.

const sheet = $("#sheet");
let about; // the row or form that the sheet is for

const postOf = (of) => JSON.parse(of.dataset.post || '{"kind":"touch"}');
const spoken = ["touch", "thanks", "update", "progress"];
const written = ["social", "chat", "email", "text", "letter"];

// fill makes the sheet ask what a row wants to know, with what the row proposes filled in.
function fill(of, wanted = {}) {
  about = of;
  const form = $("form", sheet);
  form.reset();
  const post = postOf(of), { kind } = post;
  const due = { ...post, past: of.dataset.past }; // what is asked of some rows alone
  $("h2", sheet).textContent = wanted.title || (kind !== "touch" && of.dataset.act ? `${of.dataset.name}: ${of.dataset.act}` : of.dataset.name);
  for (const part of $$("[data-for]", sheet)) {
    part.hidden = !part.dataset.for.split(" ").includes(kind) || part.dataset.of && !due[part.dataset.of];
    for (const f of $$("input, select", part)) f.disabled = part.hidden;
  }
  const text = $("[name=text]", form);
  text.required = kind === "update" || kind === "progress" || kind === "amends";
  const note = $("#sheet-note");
  note.textContent = note.dataset[kind === "care" ? "care" : text.required ? "must" : "may"];
  $("[value=nothingnew]", form).textContent = words.nothingnew;
  $("#sheet-keeps").textContent = of.dataset.keeps || "";
  if (of.dataset.moves) $("#sheet-moves").href = of.dataset.moves;
  $("#sheet-points").value = of.dataset.took || "";
  for (const r of $$("[name=channel]", form)) {
    r.required = !r.disabled;
    r.checked = r.value === (wanted.channel || of.dataset.channel);
  }
  const carer = $("[name=introduced]", form);
  if (carer) carer.value = of.dataset.owner || "";
  return form;
}

function ask(of, wanted = {}) {
  const form = fill(of, wanted);
  sheet.showModal();
  (wanted.channel ? $("[name=outcome]", form) : $("[name=channel]:enabled:checked, [name=points]:enabled, [name=introduced]:enabled", form) || $("[name=text]", form)).focus();
}

// once logs what the row proposes with one key: whoever has just put the receiver down wants the next name, and nothing
// that is asked. It has shift, so that a finger that slips opens no more than the sheet, and it can be taken back. What was
// said is proposed; that a promise is kept or a question was asked, that a case is solved, who looks after them and what
// amends weigh is for them to say, and opens the sheet; so does a row that had no way to propose.
function once() {
  const of = row();
  if (!of.dataset.post) return onRow("[data-log]", "#log");
  const form = fill(of);
  const { kind, promise, asks } = postOf(of);
  spoken.includes(kind) && !promise && !asks && !of.dataset.lacks && form.checkValidity() ? form.requestSubmit() : ask(of);
}

document.addEventListener("click", (e) => {
  const of = e.target.closest?.("[data-log]")?.closest("[data-post]");
  if (!of || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  ask(of);
});

// What was promised is kept with somebody who was reached; else it is for the hand to say.
sheet?.addEventListener("change", ({ target: f }) => {
  if (f.name === "outcome") $("[name=keep]", sheet).checked = f.value === "reached";
});

sheet?.addEventListener("click", (e) => {
  if (e.target === sheet || e.target.value === "cancel" || e.target.id === "sheet-moves") sheet.close();
  if (e.target.value !== "nothingnew") return;
  const text = $("[name=text]", sheet);
  text.value = words.nothingnew;
  text.focus();
});
sheet?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const { text, keep, ...rest } = Object.fromEntries([...new FormData(e.target)].filter(([, v]) => v));
  const body = { ...postOf(about), ...rest, account: about.dataset.account };
  if (!keep) delete body.promise;
  if (!rest.asks) delete body.asks;
  if (written.includes(body.channel)) delete body.outcome; // it reaches them, or comes back by itself
  if (rest.estimate) body.estimate = evening(rest.estimate);
  if (rest.points) body.points = figure(rest.points);
  // Nobody was there to hear a question or to receive what was promised.
  if (body.outcome === "no_answer") for (const part of ["asks", "promise", "sounded"]) delete body[part];
  if (text) body[noteIn(body.kind)] = text;
  sheet.close();
  const refused = await log(about, body, body.kind === "touch" ? "" : about.dataset.act);
  if (refused && !about.matches("[data-row]")) tell(refused);
});

// log keeps what happened and says so; a row that is done leaves, and the next one slides up with the focus on it. It resolves
// to why the book refused it, if it did.
async function log(of, body, called) {
  const all = rows();
  const next = all[all.indexOf(of) + 1] || all[all.indexOf(of) - 1];
  const e = await keep(of.dataset.name, body, called);
  if (of.matches("[data-row]")) stand(next);
  const back = button(words.undo, async () => {
    await sending; // what is on its way is in the book before it is taken back
    $("#told").replaceChildren();
    if (back.dataset.entry) return swap("POST", "/undo", { entry: back.dataset.entry, back: location.pathname + location.search });
    await drop(e);
    if (of.isConnected && !of.hidden) stand(of);
  });
  back.dataset.undo = e.id;
  tell(say(body.kind === "touch" && (body.promise || body.keeps) ? "loggedkept" : "logged", of.dataset.name, what(e)), back);
  await send();
  const refused = (await mine()).find((x) => x.id === e.id)?.refused;
  if (!refused) return "";
  if (of.matches("[data-row]")) tell(words.refusednow, button(words.look, review));
  else await drop(e);
  return refused;
}

// What is in the book is taken back by the page's own form.
document.addEventListener("sent", ({ detail }) => {
  const back = $("#told [data-undo]");
  if (back?.dataset.undo === detail.id && detail.entry) back.dataset.entry = detail.entry;
  wrote();
  refresh(true);
});

const figure = (text) => Number(text.replace(",", "."));

// evening is the end of the firm's working hours on a day.
function evening(day) {
  const [closes, firm] = document.body.dataset.day.split(" ");
  return moment(`${day}T${closes}`, firm);
}

// entryOf is what a form of an account's page writes down, as the book takes it. A day is the end of the firm's working
// hours, a time one of the reader's zone, as the server understands them of a form that is sent without script.
function entryOf(form) {
  const { zone } = document.body.dataset;
  const body = {};
  for (const [name, value] of new FormData(form)) {
    if (!value || ["in", "back", "key", "soon"].includes(name)) continue;
    if (name === "whose") {
      [body.origin, body.first] = value.split(" ");
      continue;
    }
    const type = form.elements[name]?.type;
    body[name] = type === "datetime-local" ? moment(value, zone) : type === "date" ? evening(value)
      : ["to", "minutes", "severity", "points"].includes(name) ? figure(value) : name === "private" || value;
  }
  if (written.includes(body.channel)) delete body.outcome;
  return body;
}

// Of the next days one is chosen with a finger, and stands in the form as the day it is.
document.addEventListener("input", ({ target: f }) => {
  if (!f.form) return;
  if (f.name === "soon") f.form.elements.due.value = f.value;
  else if (f.name === "due") for (const r of $$("[name=soon]", f.form)) r.checked = r.value === f.value;
});

// The forms of an account that write something down, and that name it as theirs, go the same way. What the book refuses stays in the form. What
// corrects an entry needs the book at once, as that entry may be another by then.
document.addEventListener("submit", async (e) => {
  const form = e.target, account = form.dataset.entry;
  if (!account || e.defaultPrevented) return;
  if (form.elements.fixes) {
    if (!navigator.onLine) e.preventDefault(), tell(words.offline);
    return;
  }
  if (form.elements.back && navigator.onLine) return; // it leads back to where it was come from
  e.preventDefault();
  if (form.inert) return;
  form.inert = true;
  const of = $("#log") || form;
  const called = form.dataset.called ?? (of === form ? "" : ($("summary", form.closest("details") || form) || e.submitter || $("button", form)).textContent.trim());
  const refused = await log(of, { ...entryOf(form), account }, called);
  form.inert = false;
  $(".fault", form)?.remove();
  if (refused) {
    $("#told").replaceChildren();
    const fault = el("p", { className: "fault" }, refused);
    fault.setAttribute("role", "alert");
    return form.prepend(fault);
  }
  form.reset();
  for (const f of $$("textarea", form)) f.value = "";
  for (const d of [form.closest("details"), ...$$("details", form)]) d?.removeAttribute("open");
  const d = form.closest("dialog");
  d ? d.close() : stand();
  refresh(true);
});

// A call or a text begun here asks to be logged when its caller is back.
document.addEventListener("click", (e) => {
  const a = e.target.closest?.('a[href^="tel:"], a[href^="sms:"]');
  const of = a?.closest("[data-account]") || $("#log[data-account]");
  if (a && of) sessionStorage.setItem("called", JSON.stringify({ page: location.pathname, account: of.dataset.account, text: a.protocol === "sms:" }));
});
function back() {
  const called = JSON.parse(sessionStorage.getItem("called") || "null");
  if (document.visibilityState !== "visible" || called?.page !== location.pathname || $("dialog[open]")) return;
  sessionStorage.removeItem("called");
  const of = $(`[data-row][data-account="${called.account}"]`) || $(`#log[data-account="${called.account}"]`);
  if (of) ask(of, called.text ? { channel: "text", title: say("texted", of.dataset.name) } : { channel: "call", title: say("called", of.dataset.name) });
}
document.addEventListener("visibilitychange", back);
addEventListener("focus", () => setTimeout(back, 300)); // where the telephone is another program beside the browser
