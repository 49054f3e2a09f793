import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import { upload } from "../../lib/engine/tfjs.ts";
import { type Person, positions, sinusoids } from "../../lib/model/embedding.ts";
import { layer } from "../../lib/model/layer.ts";
import { NETWORK } from "../support/network.ts";

/** What a position table adds to embeddings that are 0, [T, people, E], for one clip. */
async function added(position: "sync" | "unsync" | "sinusoidal", people: readonly Person[]) {
  await tf.setBackend("cpu");
  const config = { ...NETWORK, frames: 3, embedding: 4, position };
  const table = layer({ position: positions(config) }, ({ position }) => position);
  const weights = upload(table.initial(new Random(1)));
  const sum = table.bind(weights)(tf.zeros([3, people.length, 4]), people);
  return {
    names: Object.keys(weights),
    rows: tf.split(sum, people.length, 1).map((own) => [...own.dataSync()]),
  };
}

Deno.test("The synchronised table adds the same rows to both people, the other one rows of their own, sinusoids none that are learned", async () => {
  const sync = await added("sync", ["x", "y"]), unsync = await added("unsync", ["x", "y"]);
  assertEquals([sync.names, sync.rows[0]], [["position"], sync.rows[1]]);
  assertEquals(unsync.names, ["position.x", "position.y"]);
  assertNotEquals(unsync.rows[0], unsync.rows[1]);
  assertEquals((await added("unsync", ["y"])).rows[0], unsync.rows[1]);
  const { names, rows } = await added("sinusoidal", ["x"]);
  assertEquals([names, rows[0]], [[], [...sinusoids(3, 4)]]);
});

Deno.test("Sinusoids are sin(t / 10000^(i/E)) in even columns, and the cosine beside it", () => {
  const table = sinusoids(5, 6);
  for (let t = 0; t < 5; t++) {
    for (const i of [0, 2, 4]) {
      assertAlmostEquals(table[t * 6 + i], Math.sin(t / 10000 ** (i / 6)), 1e-6);
      assertAlmostEquals(table[t * 6 + i + 1], Math.cos(t / 10000 ** (i / 6)), 1e-6);
    }
  }
});
