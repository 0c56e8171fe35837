// Files can be dropped where they can be chosen.

for (const [kind, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(kind, (e) => {
    const form = e.target.closest?.("[data-drop]");
    if (!form) return;
    e.preventDefault();
    form.classList.toggle("over", over);
    if (kind !== "drop" || !e.dataTransfer.files.length) return;
    $("input[type=file]", form).files = e.dataTransfer.files;
    form.requestSubmit();
  });
}
