// The desk without a connection: pages seen lately stay readable, and what pages load is kept. What is written goes
// through the outbox of the page, never through here.
const shell = "shell-1", seen = "seen-1";
const most = 40; // pages kept

addEventListener("install", () => skipWaiting());
addEventListener("activate", (e) => e.waitUntil(clients.claim()));

addEventListener("fetch", (e) => {
  const { request } = e, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (url.pathname.startsWith("/static/")) e.respondWith(kept(request));
  else if (request.mode === "navigate") e.respondWith(fresh(request));
});

// The signing out of a member takes all of it away: those pages were theirs.
addEventListener("message", (e) => {
  if (e.data === "forget") e.waitUntil(caches.delete(seen));
});

async function kept(request) {
  const cache = await caches.open(shell);
  const had = await cache.match(request);
  if (had) return had;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function fresh(request) {
  const cache = await caches.open(seen);
  try {
    const answer = await fetch(request);
    const path = new URL(answer.url).pathname;
    if (answer.ok && !answer.redirected && (path === "/" || path.startsWith("/clients"))) {
      await cache.put(request, answer.clone());
      const keys = await cache.keys();
      for (const old of keys.slice(0, Math.max(0, keys.length - most))) await cache.delete(old);
    }
    return answer;
  } catch (failure) {
    const had = (await cache.match(request)) || (new URL(request.url).pathname === "/" ? null : await cache.match("/"));
    if (had) return had;
    throw failure;
  }
}
