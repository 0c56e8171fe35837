import assert from "node:assert/strict";
import { test } from "node:test";
import { desk } from "../desk.js";

test("a second browser sees the change live", async (t) => {
  const d = await desk(t);
  const id = d.account("Maria Keller");
  const ana = await d.open("ana");
  const ben = await d.open("ben");
  await ana.at(`/clients/${id}`);
  await ben.at(`/clients/${id}`);
  await ben.locator("#log input[value=call]").check();
  await ben.fill("#log textarea", "the keys are at the neighbour's");
  await ben.click("#log button.main");
  await ana.locator("[data-live]", { hasText: "the keys are at the neighbour's" }).first().waitFor();
  assert.deepEqual(ana.faults, []);
});
