import assert from "node:assert/strict";
import { test } from "node:test";
import { desk } from "../desk.js";

test("the first page weighs no more than 60 KB in 12 requests", async (t) => {
  const d = await desk(t, "demo");
  const page = await d.open();
  const wire = await page.context().newCDPSession(page);
  await wire.send("Network.enable");
  const sizes = new Map();
  const urls = new Map();
  wire.on("Network.requestWillBeSent", (e) => urls.set(e.requestId, e.request.url));
  wire.on("Network.loadingFinished", (e) => sizes.set(e.requestId, e.encodedDataLength));
  await page.at("/");
  await page.locator("main h1").waitFor();
  const paint = await page.evaluate(() => new Promise((done) => new PerformanceObserver((l) => done(l.getEntries().at(-1).startTime)).observe({ type: "largest-contentful-paint", buffered: true })));
  const bytes = [...sizes.values()].reduce((a, b) => a + b, 0);
  t.diagnostic(`${urls.size} requests, ${(bytes / 1000).toFixed(1)} KB over the wire, largest paint after ${Math.round(paint)} ms`);
  t.diagnostic([...urls].map(([id, u]) => `${new URL(u).pathname} ${sizes.get(id) ?? "open"}`).join(", "));
  assert.ok([...urls.values()].every((u) => u.startsWith(d.base) || u.startsWith("data:")), `something comes from elsewhere: ${[...urls.values()]}`);
  assert.ok(urls.size <= 12, `${urls.size} requests`);
  assert.ok(bytes <= 60_000, `${bytes} bytes`);
});
