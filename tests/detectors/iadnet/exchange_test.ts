import { assertEquals } from "@std/assert";
import { Random } from "../../../lib/core/random.ts";
import { canExchange } from "../../../lib/detectors/iadnet/exchange.ts";
import { openEngine } from "../../../lib/engine/select.ts";

/** Features of clips: what person 1 does, then what person 2 does; and those of the exchanged clips. */
function clipsOf(count: number, role: number, random: Random): [Float32Array, Float32Array] {
  const own = new Float32Array(count * 8), exchanged = new Float32Array(count * 8);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 8; k++) own[i * 8 + k] = random.normal(k < 4 ? role : 0, 1);
    for (let k = 0; k < 8; k++) exchanged[i * 8 + k] = own[i * 8 + (k + 4) % 8];
  }
  return [own, exchanged];
}

Deno.test("People can be exchanged where exchanged clips look like clips, not where the people have roles", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(0);
  const decide = async (count: number, role: number) =>
    await canExchange(engine, ...clipsOf(count, role, random), [4, 4]);
  assertEquals([await decide(20, 0), await decide(20, 8)], [true, false]);
  assertEquals(await decide(3, 8), true, "three clips say too little");
  await engine.close();
});
