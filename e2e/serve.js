// A real server on a book, on a port of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

// serve resolves when the server answers: where, with which first link, and how to stop it. more is said to it beside.
export async function serve(program, file, port = 0, more = []) {
  const child = spawn(program, ["serve", "--dsn", `sqlite:${file}`, "--listen", `127.0.0.1:${port}`, ...more], { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  child.stderr.on("data", (d) => log.push(d));
  const ended = once(child, "exit");
  let line;
  for await (line of createInterface({ input: child.stdout })) if (/http:\/\//.test(line)) break;
  const url = line?.match(/https?:\/\/\S+/)?.[0];
  if (!url) throw new Error(`the server did not start: ${Buffer.concat(log)}`);
  return {
    base: new URL(url).origin,
    link: url.includes("/link/") ? url : null,
    log: () => Buffer.concat(log).toString(),
    stop: async () => {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(late);
    },
  };
}
