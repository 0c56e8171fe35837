// The books that tests work on: a small firm in which everybody waits for an answer, and the made-up one of the demo.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { serve } from "./serve.js";

export const password = "a few plain words";

// clients of the small firm; each wrote and waits, so that the morning's list holds them all.
export const clients = ["Maria Keller", "Jonas Okafor", "Priya Sandhu", "Tomás Rivera", "Greta Lindqvist", "Hanna Vogel"];

// firm makes a book with an owner, Ana, and a colleague, Ben, and signs both in.
export async function firm(program, dir) {
  const file = join(dir, "firm.db");
  const run = (...args) => execFileSync(program, [...args, "--dsn", `sqlite:${file}`], { encoding: "utf8" });
  run("init", "--firm", "Acme Homes", "--owner", "Ana Ortiz", "--email", "ana@acme.example", "--zone", "Europe/London", "--country", "GB");
  run("member", "add", "Ben Adeyemi", "--email", "ben@acme.example");
  const day = (n) => new Date(Date.now() - n * 86400e3).toISOString().slice(0, 19) + "Z";
  clients.forEach((name, i) => {
    const address = `${name.split(" ")[0].toLowerCase()}@client.example`;
    run("add", name, "--email", address, "--phone", `+44 7700 90010${i}`, "--at", day(6), "--owner", "Ana Ortiz", "--id", `client-${i}`);
    run("record", "touch", name, "--channel", "email", "--dir", "in", "--at", day(5 - i * 0.05), "--summary", `question ${i + 1} about the house`);
  });
  return { file, ...(await members(program, file, ["ana@acme.example", "ben@acme.example"])) };
}

// madeUp makes the demo's firm and signs its owner in.
export async function madeUp(program, dir) {
  const file = join(dir, "demo.db");
  execFileSync(program, ["demo", "--print", "--accounts", "120", "--years", "2", "--dsn", `sqlite:${file}`]);
  return { file, ...(await members(program, file, [null])) };
}

// members gives members of the firm a password, the first by the link that the server prints, the others by their letters,
// and keeps their sessions.
async function members(program, file, addresses) {
  const server = await serve(program, file);
  const list = JSON.parse(execFileSync(program, ["member", "list", "--json", "--dsn", `sqlite:${file}`], { encoding: "utf8" }));
  const all = list.members ?? list;
  const out = { sessions: {}, addresses: {} };
  try {
    let link = server.link;
    for (const wanted of addresses) {
      const m = wanted ? all.find((m) => (m.emails ?? []).includes(wanted)) : all.find((m) => m.role === "owner");
      const who = m.name.split(" ")[0].toLowerCase();
      const address = wanted ?? m.emails[0];
      if (!link) {
        const letter = execFileSync(program, ["member", "link", m.name, "--dsn", `sqlite:${file}`], { encoding: "utf8" });
        link = server.base + letter.match(/\/link\/[\w-]+/)[0];
      }
      const answer = await post(link, { address, password });
      const cookie = cookies(answer).find((c) => !c.startsWith("said="));
      if (!cookie) throw new Error(`${who} could not be signed in: ${answer.status} ${await answer.text()}`);
      out.sessions[who] = cookie;
      out.addresses[who] = address;
      link = null;
    }
  } finally {
    await server.stop();
  }
  return out;
}

const post = (url, form, cookie) => fetch(url, { method: "POST", redirect: "manual", body: new URLSearchParams(form), headers: cookie ? { cookie } : {} });

// cookies are the name=value of what an answer sets. Node 18 joins them by commas, which the dates in them have too.
const cookies = (answer) => (answer.headers.get("set-cookie") ?? "").split(/,\s*(?=[^;,\s]+=)/).map((c) => c.split(";")[0]);
