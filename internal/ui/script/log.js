// Logging a touch: from a row of Today by the sheet (person, channel, done), from an account by its form, and after a
// call that was begun here.

const sheet = $("#sheet");
let about; // the row or form that the sheet is for

function ask(of, wanted = {}) {
  about = of;
  const form = $("form", sheet);
  form.reset();
  const post = JSON.parse(of.dataset.post || '{"kind":"touch"}');
  $("h2", sheet).textContent = wanted.title || of.dataset.name;
  for (const part of $$("[data-for]", sheet)) part.hidden = !part.dataset.for.split(" ").includes(post.kind);
  const text = $("[name=text]", form);
  text.required = post.kind === "update";
  if (text.required) text.value = words.nothingnew;
  for (const r of $$("[name=channel]", form)) {
    r.required = !r.closest("[hidden]");
    r.disabled = !r.required;
    r.checked = r.value === (wanted.channel || of.dataset.channel);
  }
  sheet.showModal();
  (wanted.channel ? $("[name=outcome]", form) : $("[name=channel]:checked", form) || text).focus();
}

document.addEventListener("click", (e) => {
  const of = e.target.closest?.("[data-log]")?.closest("[data-post]");
  if (!of || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  ask(of);
});

sheet?.addEventListener("click", (e) => { if (e.target === sheet || e.target.value === "cancel") sheet.close(); });
sheet?.addEventListener("submit", async (e) => {
  e.preventDefault();
  const data = Object.fromEntries([...new FormData(e.target)].filter(([, v]) => v));
  const body = { ...JSON.parse(about.dataset.post || '{"kind":"touch"}'), account: about.dataset.account };
  const { text, ...rest } = data;
  if (body.kind === "touch") Object.assign(body, rest);
  else if (data.channel) body.channel = data.channel;
  // Nobody was there to hear a question or to receive what was promised.
  if (body.outcome === "no_answer") for (const part of ["asks", "promise", "sounded"]) delete body[part];
  if (text) body[body.kind === "touch" ? "summary" : "text"] = text;
  sheet.close();
  await log(about, body);
});

// log keeps a touch and says so; a row that is done leaves, and the next one slides up with the focus on it. It resolves
// to why the book refused it, if it did.
async function log(of, body) {
  const all = rows();
  const next = all[all.indexOf(of) + 1] || all[all.indexOf(of) - 1];
  const e = await keep(of.dataset.name, body);
  if (of.matches("[data-row]")) stand(next);
  const back = button(words.undo, async () => { await drop(e); $("#told").replaceChildren(); if (of.isConnected && !of.hidden) stand(of); });
  back.dataset.undo = e.id;
  tell(say("logged", of.dataset.name, channelWord(body.channel)), back);
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
  if (back?.dataset.undo === detail.id && detail.entry) back.onclick = () => { $("#told").replaceChildren(); swap("POST", "/undo", { entry: detail.entry, back: location.pathname + location.search }); };
  wrote();
  refresh(true);
});

// The form of an account goes the same way, but for a time of the firm's, which its server understands. What the book
// refuses stays in the form.
const fields = ["kind", "channel", "dir", "outcome", "purpose", "asks", "sounded", "summary", "promise", "template"];
document.addEventListener("submit", async (e) => {
  const form = e.target;
  if (!form.matches("#log[data-account]") || form.elements.at?.value && navigator.onLine) return;
  e.preventDefault();
  if (form.inert) return;
  form.inert = true;
  const body = { account: form.dataset.account };
  for (const [name, value] of new FormData(form)) if (value && fields.includes(name)) body[name] = value;
  const refused = await log(form, body);
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
  stand();
  refresh(true);
});

// A call begun here asks to be logged when its caller is back.
document.addEventListener("click", (e) => {
  const a = e.target.closest?.('a[href^="tel:"]');
  const of = a?.closest("[data-account]") || $("#log[data-account]");
  if (a && of) sessionStorage.setItem("called", JSON.stringify({ page: location.pathname, account: of.dataset.account }));
});
function back() {
  const called = JSON.parse(sessionStorage.getItem("called") || "null");
  if (document.visibilityState !== "visible" || called?.page !== location.pathname || $("dialog[open]")) return;
  sessionStorage.removeItem("called");
  const of = $(`[data-row][data-account="${called.account}"]`) || $(`#log[data-account="${called.account}"]`);
  if (of) ask(of, { channel: "call", title: say("called", of.dataset.name) });
}
document.addEventListener("visibilitychange", back);
addEventListener("focus", () => setTimeout(back, 300)); // where the telephone is another program beside the browser
