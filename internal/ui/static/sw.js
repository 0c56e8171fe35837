// The desk without a connection: pages seen lately stay readable, and what pages load is kept. What is written goes
// through the outbox of the page, never through here.
const shell = "shell-3", seen = "seen-4";
const leaving = "leaving"; // is there while somebody has signed out and the book has not heard of it
const most = 60; // pages kept

addEventListener("install", () => skipWaiting());
addEventListener("activate", (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== shell && name !== seen && name !== leaving) await caches.delete(name);
  await registration.navigationPreload?.enable(); // the page is asked for while the worker still wakes up
  await clients.claim();
})()));

addEventListener("fetch", (e) => {
  const { request } = e, url = new URL(request.url);
  if (url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (request.method !== "GET") {
    if (url.pathname === "/signout") e.waitUntil(forget());
  } else if (url.pathname.startsWith("/static/")) e.respondWith(file(e));
  else if (request.mode === "navigate") e.respondWith(page(e, true));
  else if (request.headers.get("HX-Request")) e.respondWith(page(e, false));
});

// People that will be wanted where there is no signal are fetched ahead, one after the other.
addEventListener("message", (e) => {
  if (e.data.forget) e.waitUntil(forget()); // a page has heard that somebody was erased
  if (e.data.fetch) e.waitUntil((async () => {
    const cache = await caches.open(seen);
    for (const url of e.data.fetch) {
      const had = await cache.match(url);
      if (had && Date.now() - new Date(had.headers.get("X-Seen")) < 900_000) continue;
      const answer = await fetch(url).catch(() => null);
      if (!answer) return;
      if (ended(answer)) return forget();
      if (lasting(url, answer)) await keep(url, answer);
    }
  })());
});

const at = (url) => new URL(url, location.origin).pathname;
const lasting = (url, answer) => answer.ok && !answer.redirected && (at(url) === "/" || at(url).startsWith("/clients"))
  && answer.headers.get("Content-Type")?.startsWith("text/html"); // a list that was taken out is no page

// A page that asks to sign in means that the session has ended: what its member saw goes with it. A navigation follows
// where it is sent by itself, so that it comes here as one of its own.
const ended = (answer) => answer.ok && at(answer.url) === "/signin";

// Another who signs in in the same browser finds nothing of who was there before, and nothing is left of somebody who was
// erased since: whichever page was kept may name them.
let whose;
const markOf = (answer) => answer.headers.has("Passbook-Member") && answer.headers.get("Passbook-Member") + (answer.headers.get("Passbook-Erased") ?? "");
async function belongs(answer) {
  const now = markOf(answer);
  if (!now) return;
  if (whose === undefined) {
    const cache = await caches.open(seen);
    const [some] = await cache.keys();
    whose = some && markOf(await cache.match(some));
  }
  if (whose && whose !== now) await forget();
  whose = now;
}

let sitting = 0; // of whom the pages are; one that is kept when its member has left is of a sitting that is over
async function forget() {
  sitting++;
  await caches.delete(seen);
}

// keep stores a page with the moment when it was fetched. Nobody waits for it, so pages are kept one after the other, in
// the order in which they came: an older one never covers a younger.
let line = Promise.resolve();
function keep(url, answer) {
  const of = sitting;
  const headers = new Headers(answer.headers);
  headers.set("X-Seen", new Date().toISOString());
  const body = answer.blob();
  body.catch(() => {}); // heard of below, perhaps only after a while
  return (line = line.then(async () => {
    const kept = new Response(await body, { headers });
    if (of !== sitting) return;
    const cache = await caches.open(seen);
    await cache.delete(url); // so that it is the youngest
    await cache.put(url, kept);
    if (of !== sitting) return caches.delete(seen);
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(old);
  }).catch(() => {})); // a page that was cut off, or a full disk: what was seen before stays
}

async function file(e) {
  const { request } = e;
  const cache = await caches.open(shell);
  const had = await cache.match(request);
  if (had) return had;
  const answer = await fetch(request);
  if (answer.ok) e.waitUntil(shelve(cache, request, answer.clone()));
  return answer;
}

// shelve keeps what pages load. Another version of the same file is of another program.
async function shelve(cache, request, answer) {
  const name = (u) => new URL(u).pathname.replace(/\.[0-9a-f]{8}\./, ".");
  for (const old of await cache.keys()) if (name(old.url) === name(request.url)) await cache.delete(old);
  await cache.put(request, answer);
}

// page answers as soon as the server does, and keeps what it answered on the side.
// Where the browser's disk is full or broken, what should be kept or forgotten is not, and the page is shown all the same.
const spared = (work) => work.catch(() => undefined);
async function page(e, whole) {
  const { request } = e;
  if (await spared(caches.has(leaving))) {
    await fetch("/signout", { method: "POST" }); // without a connection nothing is shown
    await caches.delete(leaving);
    return Response.redirect("/signin");
  }
  try {
    const answer = (await e.preloadResponse) || (await fetch(request));
    if (answer.status < 502) {
      await spared(ended(answer) ? forget() : belongs(answer));
      if ([403, 404, 410].includes(answer.status)) await spared(caches.open(seen).then((pages) => pages.delete(request.url))); // it is theirs to see no more
      else if (!ended(answer) && lasting(request.url, answer)) e.waitUntil(keep(request.url, answer.clone()));
      return answer;
    }
    if (!whole) return answer;
    return (await last(request)) || answer; // of a proxy whose server is away
  } catch (failure) {
    const had = whole && (await last(request));
    if (had) return had;
    throw failure;
  }
}

// last is a page as it was seen last, telling since when; for one that was never seen, a page that says so.
async function last(request) {
  const cache = await caches.open(seen);
  const had = await cache.match(request), today = had || (await cache.match("/"));
  if (!today) return null;
  let text = await today.text();
  if (had) text = text.replace("<body ", `<body data-seen="${had.headers.get("X-Seen")}" `);
  else text = unkept(text);
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": today.headers.get("Content-Security-Policy") } });
}

// unkept makes of Today, which is in the reader's language and the firm's look, a page that says what is not kept here and
// what is. The words are those that Today brings for its scripts.
function unkept(today) {
  const words = JSON.parse(today.match(/<script id="words"[^>]*>([^]*?)<\/script>/)?.[1] ?? "{}");
  const say = (key) => (words[key] ?? "").replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const main = `<main id="main"><div class="empty failure"><h1>${say("unkept")}</h1><p>${say("unkepthelp")}</p><p><a class="button" href="/">${say("unkeptback")}</a></p></div></main>`;
  return today.replace("<body ", "<body data-unkept ").replace(/<main[^]*<\/main>/, () => main).replace(' aria-current="page"', "")
    .replace(/<title>[^]*?( · [^<]*)?<\/title>/, (_, firm) => `<title>${say("unkept")}${firm ?? ""}</title>`);
}
