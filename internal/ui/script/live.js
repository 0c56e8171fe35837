// What colleagues do appears without asking; after a break in the line the page is read again. A form that somebody is
// typing in is never replaced: it is told who changed what lies beneath.

// What this tab wrote itself needs no news of it.
let quiet = 0;
const wrote = () => { quiet = Date.now() + 2000; };

function swap(verb, path, values) {
  if (verb === "POST") wrote();
  return htmx.ajax(verb, path, { values, target: "#main", select: "#main", swap: "outerMorph" }).catch(() => {});
}

const touched = (f) => !f.closest("dialog") && (f.type === "radio" || f.type === "checkbox" ? f.checked !== f.defaultChecked : f.tagName === "SELECT" ? [...f.options].some((o) => o.selected !== o.defaultSelected && f.selectedIndex > 0) : f.type !== "hidden" && f.value !== f.defaultValue);
const busy = () => $("dialog[open]") || $("#main").contains(document.activeElement) && (typing(document.activeElement) || fieldUnder(document.activeElement)) || $$("input, textarea, select", $("#main")).some(touched);

let timer, held, coming = 0; // held says what to do with a page that comes while somebody has begun to type
function refresh(own, by) {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!$("[data-live]")) return;
    const show = () => swap("GET", location.href);
    const later = () => own || tell(say("changed", by || "–"), button(words.show, () => { $("#told").replaceChildren(); show(); }));
    if (busy()) return later();
    held = later;
    coming++;
    show().finally(() => { if (!--coming) held = null; });
  }, own ? 0 : 200);
}

// What somebody unfolded to read or to choose from stays unfolded when the page is renewed.
htmx.registerExtension("unfolded", { htmx_before_morph_attr: (_, { attrName }) => !coming || attrName !== "open" });

// Focus outlives a swap: on the same row, else on the one that took its place.
let standing;
document.addEventListener("htmx:before:swap", (e) => {
  const { method, action } = e.detail.ctx.request;
  if (held && method === "GET" && action === location.pathname + location.search && busy()) return e.preventDefault(), held();
  const at = document.activeElement?.closest?.("[data-row]");
  const all = rows();
  standing = at && all.slice(all.indexOf(at)).concat(all.slice(0, all.indexOf(at)).reverse()).map((r) => r.id);
});
document.addEventListener("htmx:after:swap", () => {
  pending();
  scrollable();
  if ($("#main .said")) $("#told").replaceChildren();
  if (standing && (document.activeElement === document.body || !document.activeElement?.isConnected)) stand(standing.map((i) => i && document.getElementById(i)).find((r) => r && !r.hidden));
});

let news, broken = false;
function listen() {
  news = new EventSource(`/api/v1/events?since=${document.body.dataset.at || ""}`);
  news.onopen = () => {
    if ("unkept" in document.body.dataset) return location.reload(); // what was wanted can be had now
    if (broken || document.body.dataset.seen) refresh();
    broken = false;
    offline(false);
    send();
  };
  news.onerror = () => {
    broken = true;
    if (news.readyState === EventSource.CLOSED) setTimeout(listen, 10_000);
  };
  news.addEventListener("entry", (e) => {
    const { account, by, kind, name } = JSON.parse(e.data);
    if (kind === "erased") navigator.serviceWorker?.controller?.postMessage({ forget: true });
    if (by === member && Date.now() < quiet) return;
    if ($(`[data-live~="${account}"]`) || $("[data-live=all]")) refresh(by === member, name);
  });
}
if (member) {
  listen();
  addEventListener("pagehide", () => news.close());
  addEventListener("pageshow", (e) => { if (e.persisted) { broken = true; listen(); } });
}

// What scrolls sideways can be scrolled by keys.
function scrollable() {
  for (const s of $$(".scroll")) if (s.scrollWidth > s.clientWidth) s.tabIndex = 0;
}
scrollable();

// sheetOf shows a form of another page in a sheet, titled by whom it is about and what it writes down.
async function sheetOf(href, part, name = "") {
  const answer = await fetch(href).catch(() => globalThis.caches?.match(href)); // without a connection, as it was seen last
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page && $(part, page);
  if (!form) return tell(words.offline);
  if ($("dialog[open]")) return; // the key was pressed twice
  const called = $("summary", form.closest("details") ?? form)?.textContent ?? "";
  const title = called ? `${name}: ${called}` : $("main h1", page).textContent;
  Object.assign(form.dataset, { name, called });
  form.lastElementChild.className = "row ends";
  const d = dialog(title, el("h2", {}, title), form);
  d.className = "sheet";
  form.lastElementChild.prepend(button($("#sheet [value=cancel]").textContent, () => d.close(), ""));
  return form;
}

// Links that ask for it are answered in their place.
document.addEventListener("click", async (e) => {
  const a = e.target.closest?.("a[data-later]");
  if (!a || e.ctrlKey || e.metaKey || e.shiftKey) return;
  e.preventDefault();
  const form = await sheetOf(a.href, "main form");
  form?.addEventListener("submit", (s) => {
    s.preventDefault();
    const all = rows(), r = a.closest("[data-row]"), next = all[all.indexOf(r) + 1] || all[all.indexOf(r) - 1];
    form.closest("dialog").close();
    stand(next);
    swap("POST", form.getAttribute("action"), Object.fromEntries(new FormData(form)));
  });
});
