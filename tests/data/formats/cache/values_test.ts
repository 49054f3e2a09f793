import { assert, assertEquals, assertThrows } from "@std/assert";
import { sha256 } from "../../../../lib/core/files.ts";
import { DataError } from "../../../../lib/core/errors.ts";
import { checkJoints, CLIPS_HELD, JointsReader } from "../../../../lib/data/formats/cache/values.ts";

const WIDTH = 6, CLIPS = 5 * CLIPS_HELD, CLIP_BYTES = 2 * WIDTH * 4;

/** A file of joints, all different. */
async function withJoints(work: (path: string, values: Float32Array) => Promise<void>) {
  const path = await Deno.makeTempFile();
  const values = Float32Array.from({ length: CLIPS * 2 * WIDTH }, (_, i) => Math.sin(i));
  await Deno.writeFile(path, new Uint8Array(values.buffer));
  await work(path, values);
  await Deno.remove(path);
}

async function checked(path: string) {
  const bytes = await Deno.readFile(path);
  return await checkJoints(path, { bytes: bytes.length, sha256: sha256(bytes) }, CLIP_BYTES);
}

Deno.test("However many clips of a cache are read, few are held, and each has its own joints", async () => {
  await withJoints(async (path, values) => {
    const file = await checked(path), reader = new JointsReader(CLIP_BYTES);
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < CLIPS; index++) {
        const { x, y } = reader.read(file, index), at = index * 2 * WIDTH;
        assertEquals([...x, ...y], [...values.subarray(at, at + 2 * WIDTH)]);
        assert(reader.held <= CLIPS_HELD);
      }
    }
    assertEquals(reader.held, CLIPS_HELD);
  });
});

Deno.test("A clip of a cache that has changed since it was opened is refused; others are read", async () => {
  await withJoints(async (path, values) => {
    const file = await checked(path), reader = new JointsReader(CLIP_BYTES);
    values[3 * 2 * WIDTH] += 1;
    await Deno.writeFile(path, new Uint8Array(values.buffer));
    assertThrows(() => reader.read(file, 3), DataError, "has changed since it was opened");
    assertEquals(reader.read(file, 4).x, values.subarray(8 * WIDTH, 9 * WIDTH));
    await Deno.truncate(path, CLIP_BYTES);
    assertThrows(() => reader.read(file, 5), DataError, "has changed since it was opened");
  });
});
