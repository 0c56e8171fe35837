// A button that copies what stands beside it. Without this, or where the browser keeps its clipboard to itself, the
// button is not there, and the text is selected by hand.

function offer() {
  if (!navigator.clipboard) return;
  for (const b of document.querySelectorAll("button[data-copy][hidden]")) b.hidden = false;
}

document.addEventListener("click", async (e) => {
  const b = e.target.closest?.("button[data-copy]");
  if (!b) return;
  try {
    await navigator.clipboard.writeText(b.dataset.copy);
    const was = b.textContent;
    b.textContent = b.dataset.copied;
    setTimeout(() => { b.textContent = was; }, 2000);
  } catch {
    getSelection()?.selectAllChildren(b.previousElementSibling); // it is not allowed: what is selected can be copied by a key
  }
});
document.addEventListener("htmx:after:swap", offer);
offer();
