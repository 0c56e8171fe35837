// The desk's own script. Every page works without it; it adds keys, a palette, an outbox for what is logged without a
// connection, and news of what colleagues do. Its parts are joined, this one first, and share one scope.

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const words = JSON.parse($("#words")?.textContent || "{}");
const member = document.body.dataset.member || "";
const say = (key, ...fill) => fill.reduce((text, f) => text.replace(/%[sd]/, () => f), words[key] || key);
const typing = (e) => e?.matches?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") && !e.closest("dialog:not([open])"); // a dialog that closes keeps the focus for a moment

// el makes an element; what is passed as text stays text.
const el = (name, props = {}, ...children) => {
  const e = Object.assign(document.createElement(name), props);
  e.append(...children);
  return e;
};
const button = (text, onclick, className = "bare") => el("button", { type: "button", className, onclick }, text);

// dialog opens a dialog that leaves nothing behind; focus goes back to where it was.
function dialog(title, ...children) {
  const before = document.activeElement;
  const d = el("dialog", {}, ...children);
  d.setAttribute("aria-label", title);
  d.addEventListener("close", () => { d.remove(); document.activeElement === document.body && before?.isConnected && before.focus(); });
  document.body.append(d);
  d.showModal();
  return d;
}

// tell says at the foot of the screen what was done, where a thumb reaches what follows from it.
function tell(text, ...acts) {
  const line = el("div", { className: "said" }, el("span", {}, text), ...acts);
  line.append(button(words.close, () => line.remove()));
  $("#told")?.replaceChildren(line);
}

const id = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

// A form that was not taken shows the first field that is wrong, however far down it stands.
$('main [aria-invalid="true"]')?.focus();

// Rooms and tabs stand in one line, which may be wider than the screen: the one that one is in is in sight.
for (const on of $$("nav [aria-current]:not([aria-current=false])")) on.parentElement.scrollLeft = on.offsetLeft + (on.offsetWidth - on.parentElement.clientWidth) / 2 - on.parentElement.offsetLeft;
