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

const names = (count: number) => Array.from({ length: count }, (_, i) => `clip ${i}`);

Deno.test("Clips of one recording say nothing of each other", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(1), own = clipsOf(8, 0, random);
  // Four nearly equal windows of each of 8 clips, whose people stand in random order: the nearest row is a window of the same clip.
  const windows = own.map((rows) =>
    Float32Array.from(
      { length: 4 * rows.length },
      (_, i) => rows[Math.floor(i / 32) * 8 + i % 8] + random.normal(0, 0.01),
    )
  ) as [Float32Array, Float32Array];
  const recordings = names(32).map((_, i) => `clip ${Math.floor(i / 4)}`);
  assertEquals(await canExchange(engine, ...windows, [4, 4], recordings), true);
  assertEquals(await canExchange(engine, ...windows, [4, 4], names(32)), false);
  await engine.close();
});

Deno.test("People can be exchanged where exchanged clips look like clips, not where the people have roles", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(0);
  const decide = async (count: number, role: number) =>
    await canExchange(engine, ...clipsOf(count, role, random), [4, 4], names(count));
  assertEquals([await decide(20, 0), await decide(20, 8)], [true, false]);
  assertEquals(await decide(3, 8), true, "three clips say too little");
  await engine.close();
});
