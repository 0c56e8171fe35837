// Without a connection the pages seen last stay readable, and each tells since when it has been shown.

function offline(is) {
  const bar = $("#seen");
  if (!bar) return;
  const seen = document.body.dataset.seen;
  bar.hidden = !is || !seen;
  if (!is) delete document.body.dataset.seen;
  else if (seen) { // by the reader's clock, as all times of the page are, wherever their telephone thinks it is
    const at = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone || undefined };
    bar.textContent = say("seen", new Date(seen).toLocaleString(document.documentElement.lang, at));
  }
}
offline(true);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch(() => {}); // the server went away meanwhile: the next page asks again
  // On a telephone the people of the morning are fetched ahead: their pages will be wanted where there is no signal.
  const people = $$(".today [data-open]").slice(0, 12).map((a) => a.href);
  if (!navigator.serviceWorker.controller) people.unshift(location.href); // which was loaded before there was a worker
  if (people.length && matchMedia("(pointer: coarse)").matches) navigator.serviceWorker.ready.then((w) => w.active.postMessage({ fetch: people }));
}
if (member) pending().then(send);
