// What only the list of clients has: ticking a range with shift, all of a page at once, how many are ticked, and `b` for
// the page or the client before. Without it every row is ticked by itself and the pages are turned by their links.

// On a phone what is done seldom folds, so that the rows one ticks stay in sight.
const small = matchMedia("(max-width: 44rem)");
const fold = () => {
  for (const d of document.querySelectorAll("[data-folds]")) d.open = !small.matches;
};
small.addEventListener("change", fold);
fold();

const boxes = () => [...document.querySelectorAll("[data-pick]")];
const all = document.querySelector("[data-pick-all]");
let last = null;

function tell() {
  const ticked = boxes().filter((b) => b.checked).length;
  const label = document.querySelector("[data-picked]");
  if (label) {
    label.textContent = label.dataset.picked.replace("%d", ticked);
  }
  if (all) {
    all.checked = ticked > 0 && ticked === boxes().length;
    all.indeterminate = ticked > 0 && !all.checked;
  }
}

document.addEventListener("click", (e) => {
  const box = e.target.closest?.("[data-pick]");
  if (!box) return;
  const row = boxes();
  if (e.shiftKey && last && row.includes(last)) {
    const [from, to] = [row.indexOf(last), row.indexOf(box)].sort((a, b) => a - b);
    for (const b of row.slice(from, to + 1)) b.checked = box.checked;
  }
  last = box;
  tell();
});

if (all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const b of boxes()) b.checked = all.checked;
    tell();
  });
}

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches?.("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
  if (document.body.dataset.letters === "off") return;
  if (e.key === "b") document.querySelector("[data-prev]")?.click();
  if (e.key === "x") {
    const box = document.activeElement?.closest?.("[data-row]")?.querySelector("[data-pick]");
    if (box) {
      box.click();
      e.preventDefault();
    }
  }
});

tell();
