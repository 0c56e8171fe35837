// The desk without a connection: pages seen lately stay readable, and what pages load is kept. What is written goes
// through the outbox of the page, never through here.
const shell = "shell-2", seen = "seen-2";
const most = 60; // pages kept

addEventListener("install", () => skipWaiting());
addEventListener("activate", (e) => e.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== shell && name !== seen) await caches.delete(name);
  await clients.claim();
})()));

addEventListener("fetch", (e) => {
  const { request } = e, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (url.pathname.startsWith("/static/")) e.respondWith(file(request));
  else if (request.mode === "navigate") e.respondWith(page(request, true));
  else if (request.headers.get("HX-Request")) e.respondWith(page(request, false));
});

// People that will be wanted where there is no signal are fetched ahead, one after the other.
addEventListener("message", (e) => {
  if (e.data.fetch) e.waitUntil((async () => {
    const cache = await caches.open(seen);
    for (const url of e.data.fetch) {
      const had = await cache.match(url);
      if (had && Date.now() - new Date(had.headers.get("X-Seen")) < 900_000) continue;
      const answer = await fetch(url).catch(() => null);
      if (!answer) return;
      await keep(url, answer);
    }
  })());
});

const lasting = (url) => { const { pathname } = new URL(url, location.origin); return pathname === "/" || pathname.startsWith("/clients"); };

// keep stores a page with the moment when it was fetched. A page that asks to sign in means that the session has ended:
// what its member saw goes with it.
async function keep(url, answer) {
  if (answer.redirected && new URL(answer.url).pathname === "/signin") return caches.delete(seen);
  if (!answer.ok || answer.redirected || !lasting(url)) return;
  const cache = await caches.open(seen);
  const headers = new Headers(answer.headers);
  headers.set("X-Seen", new Date().toISOString());
  await cache.delete(url); // so that it is the youngest
  await cache.put(url, new Response(await answer.blob(), { headers }));
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(old);
}

async function file(request) {
  const cache = await caches.open(shell);
  const had = await cache.match(request);
  if (had) return had;
  const answer = await fetch(request);
  if (answer.ok) {
    // Another version of the same file is of another program.
    const name = (u) => new URL(u).pathname.replace(/\.[0-9a-f]{8}\./, ".");
    for (const old of await cache.keys()) if (name(old.url) === name(request.url)) await cache.delete(old);
    await cache.put(request, answer.clone());
  }
  return answer;
}

async function page(request, whole) {
  try {
    const answer = await fetch(request);
    if (answer.status < 502) {
      await keep(request.url, answer.clone());
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

// last is a page as it was seen last, telling since when; for one that was never seen, Today.
async function last(request) {
  const cache = await caches.open(seen);
  const had = (await cache.match(request)) || (await cache.match("/"));
  if (!had) return null;
  const text = (await had.text()).replace("<body ", `<body data-seen="${had.headers.get("X-Seen")}" `);
  return new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": had.headers.get("Content-Security-Policy") } });
}
