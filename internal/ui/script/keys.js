// Keys: one registry feeds the keys, the sheet and the palette.

const acts = [
  { key: "j", say: words.down, run: () => move(1) },
  { key: "k", say: words.up, run: () => move(-1) },
  { key: "Enter", say: words.open, run: () => $("[data-open]", row())?.click() },
  { key: "l", say: words.log, run: () => onRow("[data-log]", "#log") },
  { key: "L", say: words.once, run: () => once() },
  { key: "p", say: words.promise, run: () => onRow(null, "#promise") },
  { key: "c", say: words.case, run: () => onRow(null, "#case") },
  { key: "a", say: words.asked, run: () => $("#theyasked button")?.click() },
  { key: "s", say: words.later, run: () => onRow("[data-later]", "#later") },
  { key: "w", say: words.why, run: () => $("summary", row())?.click() },
  { key: "u", say: words.undo, run: () => document.activeElement.closest("#log, form.fields") || ($("#told [data-undo]") || $(".said form button"))?.click() },
  { key: "/", say: words.search, run: () => $("#q")?.focus() },
  { key: "n", say: words.next, run: () => $("[data-next]")?.click() },
  { key: "?", say: words.keys, run: () => keysheet() },
  ...$$(".head nav a").map((a, i) => ({ key: `g ${i + 1}`, say: a.textContent, run: () => a.click() })),
];

let waitsForDigit = false;

document.addEventListener("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "k") {
    e.preventDefault();
    return palette();
  }
  if (e.ctrlKey || e.metaKey || e.altKey || typing(e.target) || $("dialog[open]")) return;
  const under = fieldUnder(e.target);
  if (under) return e.key.length === 1 && e.key !== " " && under.focus(); // and the letter goes there
  if (document.body.dataset.letters === "off" && /^[a-z]$/i.test(e.key)) return;
  if (e.key === "Enter" && e.target.closest?.("a, button, summary, input")) return;
  // Whether a letter is a capital is shift's to say: with the lock on, `l` still is `l`.
  const one = /^[a-z]$/i.test(e.key) ? e.key[e.shiftKey ? "toUpperCase" : "toLowerCase"]() : e.key;
  const key = waitsForDigit ? `g ${one}` : one;
  waitsForDigit = one === "g" && !waitsForDigit;
  const act = acts.find((a) => a.key === key);
  if (act) {
    e.preventDefault();
    act.run();
  }
});

// fieldUnder is the first field that a heading has opened: who opens a form is about to type.
const field = "input:not([type=hidden]), textarea, select";
const fieldUnder = (heading) => heading.matches?.("details[open] > summary") ? $(field, heading.parentElement) : null;
document.addEventListener("toggle", (e) => e.target.open && document.activeElement.parentElement === e.target && fieldUnder(document.activeElement)?.focus(), true);

const rows = () => $$("[data-row]").filter((r) => !r.hidden);
const row = () => document.activeElement?.closest?.("[data-row]") || rows()[0] || document.createElement("p");

// stand puts the focus on a row, or where there is none any more on the page.
function stand(on) {
  const at = on ?? $("#main");
  at.tabIndex = -1;
  at.focus({ preventScroll: !on });
  on?.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const all = rows();
  const at = all.indexOf(document.activeElement?.closest?.("[data-row]"));
  if (all.length) stand(all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))]);
}

// onRow presses the button that the row has for an act; else goes to the form for it here, else opens that of the row's client
// in a sheet, so that the list and the place in it stay.
function onRow(press, form) {
  const pressed = press && $(press, row());
  if (pressed) return pressed.click();
  if ($(form)) return focusOn(form);
  const open = $("[data-open]", row());
  if (!open) return;
  press ? location.href = open.href + form : sheetOf(open.href, `form${form}`, open.textContent);
}

function focusOn(form) {
  const f = $(form);
  f.closest("details")?.setAttribute("open", "");
  f.scrollIntoView({ block: "center" });
  const first = $(field, f);
  (first?.type === "radio" && $(`[name="${first.name}"]:checked`, f) || first)?.focus();
}
// The browser goes to a form that the address names by itself, and takes the focus away from it again before it is done.
if (/^#\w+$/.test(location.hash) && $(`form${location.hash}`)) addEventListener("load", () => setTimeout(focusOn, 0, location.hash));

function keysheet() {
  const list = el("dl", { className: "facts" });
  for (const a of [...acts, { key: "Ctrl K", say: words.palette }]) list.append(el("dt", {}, el("kbd", {}, a.key)), el("dd", {}, a.say));
  dialog(words.keys, el("h2", {}, words.keys), list, el("form", { method: "dialog" }, el("button", {}, words.close)));
}
