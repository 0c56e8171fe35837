// The palette searches, acts and leads to every page that has a name.

const places = [
  [words.gonew, "/clients/new"], [words.goknown, "/clients/known"], [words.goalike, "/duplicates"], [words.goteam, "/team"], [words.gooutbox, "/outbox"],
  [words.goaudit, "/audit"], [words.gobooks, "/settings/playbooks"], [words.gocalendar, "/settings/calendar"], [words.gofields, "/settings/fields"], [words.goown, "/settings"],
].map(([say, to]) => ({ key: "", say, run: () => { location.href = to; } }));

function palette() {
  if ($("dialog[open]")) return;
  const input = el("input", { type: "search", placeholder: words.palette, autocomplete: "off" });
  input.setAttribute("aria-label", words.palette);
  const list = el("ul", { className: "events" });
  let found = [], timer;
  const draw = () => {
    const q = input.value.trim().toLowerCase();
    const doable = [...acts, ...places].filter((a) => a.say && (!q || a.say.toLowerCase().includes(q))).slice(0, q ? 6 : 30);
    const nothing = q && !found.length && !doable.length ? [el("li", { className: "soft" }, words.nothing)] : [];
    list.replaceChildren(
      ...doable.map((a) => el("li", {}, button(a.say, () => { d.close(); a.run(); }), " ", a.key ? el("kbd", {}, a.key) : "")),
      ...nothing,
      ...found.map((h) => el("li", {}, el("a", { href: `/clients/${h.account}`, className: "quiet name" }, h.name), h.text ? el("div", { className: "soft small" }, h.text) : "")),
    );
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const q = input.value.trim();
      const answer = q.length > 1 && await fetch(`/api/v1/search?limit=8&q=${encodeURIComponent(q)}`).catch(() => null);
      if (q !== input.value.trim()) return;
      found = answer?.ok ? (await answer.json()).hits.filter((h) => h.account) : [];
      draw();
    }, 120);
  });
  const d = dialog(words.palette, input, list);
  d.addEventListener("keydown", (e) => {
    const stops = [input, ...$$("a, button", list)];
    const at = stops.indexOf(document.activeElement);
    const by = { ArrowDown: 1, ArrowUp: stops.length - 1 }[e.key];
    if (by) {
      e.preventDefault();
      stops[(at + by) % stops.length].focus();
    } else if (e.key === "Enter" && at === 0) {
      e.preventDefault();
      stops[1]?.click();
    }
  });
  draw();
}
