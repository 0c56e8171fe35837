// What every test begins with: a server on a copy of a book, and browsers that are signed in to it.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";
import { serve } from "./serve.js";

const dir = process.env.PASSBOOK_E2E;
if (!dir) throw new Error("run it by: node run.js");
export const { program, browser: path, books } = JSON.parse(readFileSync(join(dir, "books.json")));

const ends = []; // what a whole file shares, stopped when its tests are over
let launched;
export const browser = () => (launched ??= chromium.launch({ executablePath: path, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] }));
after(async () => {
  for (const end of ends) await end();
  await (await launched)?.close();
});

// desk starts a server for one test, or for all tests of a file where t is null; both end with it. A desk that is reached
// by an address, as one with a provider to sign in at is, knows it beforehand, and has more of it said to the server.
export async function desk(t, name = "firm", more) {
  const file = join(mkdtempSync(join(dir, "book-")), "x.db");
  for (const end of ["", "-wal", "-shm"]) if (existsSync(books[name].file + end)) copyFileSync(books[name].file + end, file + end);
  const port = more ? await freePort() : 0;
  let server = await serve(program, file, port, more?.(`http://127.0.0.1:${port}`));
  const contexts = [];
  const end = async () => {
    for (const c of contexts) await c.close().catch(() => {});
    await server.stop();
  };
  t ? t.after(end) : ends.push(end);
  const d = {
    get base() { return server.base; },
    log: () => server.log(),
    // cli runs a command on the book while the server is up, as somebody.
    cli: (...args) => execFileSync(program, [...args, "--dsn", `sqlite:${file}`], { encoding: "utf8" }),
    json: (...args) => JSON.parse(d.cli(...args, "--json")),
    // restart stops the server and starts it again on the same port.
    down: () => server.stop(),
    up: async () => { server = await serve(program, file, new URL(server.base).port); },
    // open is a page of a browser of its own. who is signed in; null for a stranger.
    open: async (who = Object.keys(books[name].sessions)[0], options = {}) => {
      const context = await (await browser()).newContext({ locale: "en-GB", timezoneId: "Europe/London", ...options });
      contexts.push(context);
      context.setDefaultTimeout(10_000);
      if (who) {
        const [cookie, value] = books[name].sessions[who].split(/=(.*)/s);
        await context.addCookies([{ name: cookie, value, url: server.base, httpOnly: true, sameSite: "Lax" }]);
      }
      const page = await context.newPage();
      page.faults = [];
      page.on("pageerror", (e) => page.faults.push(String(e)));
      page.on("console", (m) => {
        if (m.type() === "error" && !/Failed to load resource|Failed to fetch|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|fetching the script/.test(m.text())) page.faults.push(m.text());
      });
      page.at = (p) => page.goto(server.base + p);
      // loads does what opens another page and waits until that page's script hears keys, not only until it is seen.
      page.loads = (act) => Promise.all([page.waitForEvent("load"), act()]);
      return page;
    },
    account: (who) => d.json("show", who).id,
  };
  return d;
}

const freePort = () => new Promise((done) => {
  const taken = createServer().listen(0, "127.0.0.1", () => {
    const { port } = taken.address();
    taken.close(() => done(port));
  });
});

// ownBrowser is a browser on a profile of its own folder, as on somebody's machine. It can be killed, which ends it without a
// word, as a battery that is taken out does, and started again on the same profile.
export async function ownBrowser(t) {
  const profile = mkdtempSync(join(dir, "profile-")), port = join(profile, "DevToolsActivePort");
  let child, wire;
  const b = {
    start: async () => {
      for (const left of ["DevToolsActivePort", "SingletonLock", "SingletonCookie", "SingletonSocket"]) rmSync(join(profile, left), { force: true });
      child = spawn(path, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--lang=en-GB",
        "--window-size=390,844", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"], { stdio: "ignore", detached: true });
      const at = await until("the browser", () => existsSync(port) && readFileSync(port, "utf8").trim().split("\n").length > 1 && readFileSync(port, "utf8").split("\n")[0], 20_000);
      wire = await chromium.connectOverCDP(`http://127.0.0.1:${at}`);
      const [context] = wire.contexts();
      context.setDefaultTimeout(10_000);
      return context.newPage();
    },
    // quit ends it as its user would, with all written down; kill does not.
    quit: async () => {
      const ended = once(child, "exit");
      await (await wire.newBrowserCDPSession()).send("Browser.close").catch(() => {});
      await ended;
    },
    kill: async () => {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : null;
      try { process.kill(-child.pid, "SIGKILL"); } catch {} // with all its processes
      await ended;
      await wire.close().catch(() => {});
    },
  };
  t.after(b.kill);
  return b;
}

// until waits for a condition that a page cannot tell of itself.
export async function until(what, check, ms = 8000) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await check();
    if (got) return got;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((r) => setTimeout(r, 50));
  }
}
