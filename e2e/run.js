// Drives the desk in a real browser:
//
//   node run.js              all of test/
//   node run.js morning      the files whose name holds "morning"
//   node run.js screens      makes the pictures in docs/screens
//
// It builds the program, makes up the books once, signs their members in, and hands copies of them to the tests. It
// needs Go, Node 18 or newer and a Chromium: Debian's, or the one that PASSBOOK_TEST_BROWSER names.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { firm, madeUp } from "./books.js";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const fail = (why) => {
  console.error(`e2e: ${why}`);
  process.exit(1);
};

const browser = process.env.PASSBOOK_TEST_BROWSER || ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (Number(process.versions.node.split(".")[0]) < 18) fail(`Node 18 or newer is needed; this is ${process.version}`);
if (!browser) fail("no Chromium was found: install Debian's chromium, or name one in PASSBOOK_TEST_BROWSER");

const dir = mkdtempSync(join(tmpdir(), "passbook-e2e-"));
process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const program = join(dir, "passbook");
const built = spawnSync("go", ["build", "-o", program, "./cmd/passbook"], { cwd: join(here, ".."), stdio: "inherit", env: { ...process.env, CGO_ENABLED: "0" } });
if (built.status !== 0) fail("the program could not be built");

const books = { firm: await firm(program, dir), demo: await madeUp(program, dir) };
writeFileSync(join(dir, "books.json"), JSON.stringify({ program, browser, books }));

process.env.PASSBOOK_E2E = dir;
const word = process.argv[2];
if (word === "screens") {
  await import("./screens.js");
} else {
  const files = readdirSync(join(here, "test")).filter((f) => f.endsWith(".test.js") && (!word || f.includes(word))).map((f) => join(here, "test", f));
  files.sort((a, b) => b.endsWith("pages.test.js") - a.endsWith("pages.test.js")); // what takes longest goes beside all others
  if (!files.length) fail(`no test is called ${word}`);
  run({ files, concurrency: 2, timeout: 600_000 }).on("test:fail", () => { process.exitCode = 1; }).compose(new spec()).pipe(process.stdout);
}
