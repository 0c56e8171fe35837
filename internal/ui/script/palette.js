// The palette searches and acts.

function palette() {
  if ($("dialog[open]")) return;
  const input = el("input", { type: "search", placeholder: words.palette, autocomplete: "off" });
  input.setAttribute("aria-label", words.palette);
  const list = el("ul", { className: "events" });
  let found = [], timer;
  const draw = () => {
    const q = input.value.trim().toLowerCase();
    const doable = acts.filter((a) => a.say && (!q || a.say.toLowerCase().includes(q))).slice(0, q ? 4 : 20);
    list.replaceChildren(
      ...found.map((h) => el("li", {}, el("a", { href: `/clients/${h.account}`, className: "quiet name" }, h.name), h.text ? el("div", { className: "soft small" }, h.text) : "")),
      ...doable.map((a) => el("li", {}, button(a.say, () => { d.close(); a.run(); }), " ", el("kbd", {}, a.key))),
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
