// The palette searches, acts and leads to every page that has a name.

const places = [
  [words.gonew, "/clients/new"], [words.goknown, "/clients/known"], [words.goalike, "/duplicates"], [words.goteam, "/team"], [words.gooutbox, "/outbox"],
  [words.goaudit, "/audit"], [words.gobooks, "/settings/playbooks"], [words.gocalendar, "/settings/calendar"], [words.gofields, "/settings/fields"], [words.goown, "/settings"],
].map(([say, to]) => ({ key: "", say, run: () => { location.href = to; } }));

// Whom one had open last, by their ids alone: their names come from the book, which knows who may see them.
const recent = () => JSON.parse(sessionStorage.getItem(`recent ${member}`) || "[]");
const client = $("#log")?.dataset.account;
if (client) sessionStorage.setItem(`recent ${member}`, JSON.stringify([client, ...recent().filter((a) => a !== client)].slice(0, 6)));

function palette() {
  if ($("dialog[open]")) return;
  const input = el("input", { type: "text", role: "combobox", placeholder: words.palette, autocomplete: "off", ariaLabel: words.palette, ariaExpanded: "true", ariaAutoComplete: "list" });
  input.setAttribute("aria-controls", "found");
  const list = el("ul", { id: "found", className: "events", role: "listbox", ariaLabel: words.palette });
  const options = () => $$("[role=option]:not([aria-disabled])", list);
  let at = 0, asked = 0, answered = 0, wanted = false;
  // mark shows which row Enter opens.
  const mark = (n) => {
    const all = options();
    at = all.length && (n + all.length) % all.length;
    all.forEach((o, i) => Object.assign(o, { id: `found-${i}`, ariaSelected: String(i === at) }));
    all.length ? input.setAttribute("aria-activedescendant", `found-${at}`) : input.removeAttribute("aria-activedescendant");
    all[at]?.scrollIntoView({ block: "nearest" });
  };
  const choose = (o) => {
    if (!o) return;
    d.close();
    o.dataset.href ? location.href = o.dataset.href : o.run();
  };
  const draw = (people) => {
    const q = input.value.trim().toLowerCase();
    const named = [...acts.filter((a) => !["j", "k", "Enter"].includes(a.key)), ...places].filter((a) => a.say?.toLowerCase().includes(q)).slice(0, q ? 6 : 30);
    const doable = (all) => all.map((a) => el("li", { role: "option", run: a.run }, a.say, a.key ? el("kbd", {}, a.key) : ""));
    const meant = (a) => q && a.say.toLowerCase().startsWith(q); // rather than a person
    const nothing = answered === asked && !people.length && !named.length ? [el("li", { className: "soft", role: "option", ariaDisabled: "true" }, words.nothing)] : [];
    list.replaceChildren(...doable(named.filter(meant)), ...people, ...doable(named.filter((a) => !meant(a))), ...nothing);
    mark(0);
  };
  // ask is heard only as long as nothing else was asked meanwhile; Enter waits for it.
  const ask = async () => {
    const mine = ++asked, q = input.value.trim(), ids = recent().filter((a) => a !== client);
    draw([]);
    if (q) await new Promise((done) => setTimeout(done, 120));
    if (mine !== asked) return;
    const about = q.length > 1 ? [["q", q]] : q ? [] : ids.map((a) => ["id", a]);
    const answer = about.length && await fetch(`/search?${new URLSearchParams([["people", "1"], ...about])}`).catch(() => null);
    const text = answer?.ok ? await answer.text() : "";
    if (mine !== asked) return;
    answered = mine;
    draw($$("[role=option]", new DOMParser().parseFromString(text, "text/html")));
    if (wanted) choose(options()[at]);
  };
  input.addEventListener("input", () => { wanted = false; ask(); });
  list.addEventListener("click", (e) => choose(e.target.closest("[role=option]:not([aria-disabled])")));
  const d = dialog(words.palette, input, list);
  d.className = "palette";
  d.addEventListener("keydown", (e) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (by) mark(at + by);
    else if (e.key !== "Enter") return;
    else if (asked === answered) choose(options()[at]);
    else wanted = true;
    e.preventDefault();
  });
  ask();
}
