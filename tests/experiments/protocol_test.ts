import { assert } from "@std/assert";
import { isProtocol } from "../../lib/experiments/protocol.ts";

Deno.test("A protocol of a manifest is checked", () => {
  const numbers = { seed: 0, normals: 40, anomalies: 24, noise: 0.01 };
  assert(isProtocol({ kind: "coordination" }) && isProtocol({ kind: "variations", ...numbers }));
  const wrong = [null, "x", {}, { kind: "other" }, { kind: "variations" }, { kind: "localization" }];
  for (const value of wrong) assert(!isProtocol(value));
  assert(!isProtocol({ kind: "variations", ...numbers, normals: 1e9 }));
  assert(!isProtocol({ kind: "variations", ...numbers, noise: "0" }));
  assert(!isProtocol({ kind: "variations", ...numbers, anomalies: -1 }));
});
