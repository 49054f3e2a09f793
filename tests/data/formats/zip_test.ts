/** The zip reader: exact limits, and the byte of a fault. */
import { assertEquals, assertRejects } from "@std/assert";
import { strToU8, type Zippable, zipSync } from "fflate";
import { openArchive } from "../../../lib/data/formats/archive.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { withFolder } from "../../support/data_fixtures.ts";

const withZip = (bytes: Uint8Array, use: (path: string) => Promise<void>) =>
  withFolder({}, async (root) => {
    await Deno.writeFile(`${root}/a.zip`, bytes as Uint8Array<ArrayBuffer>);
    await use(`${root}/a.zip`);
  });

Deno.test("Members lie where their local headers end, names and extra fields of any length before them", () => {
  const random = new Random(1), files: Record<string, Uint8Array> = {}, zippable: Zippable = {};
  // Over 64 KiB of directory: it is read in several blocks.
  for (let k = 0; k < 700; k++) {
    const name = `${k}/${"n".repeat(1 + random.integer(200))}`;
    files[name] = strToU8("word ".repeat(random.integer(30)) + k);
    const extra = { 0x7777: new Uint8Array(random.integer(60)) };
    zippable[name] = [files[name], random.chance(0.5) ? { level: 0, extra } : { extra }];
  }
  return withZip(zipSync(zippable), async (path) => {
    const archive = await openArchive(path, 0);
    assertEquals(archive.members, Object.keys(files).sort());
    for (const name of archive.members) assertEquals(await archive.read(name), files[name]);
  });
});

Deno.test("A member may lie up to the end of the zip file, and its fault is named with its header's byte", async () => {
  const zip = zipSync({
    "a.bin": [strToU8("first"), { level: 0 }],
    "b.bin": [strToU8("12345"), { level: 0 }],
  });
  const view = new DataView(zip.buffer, zip.byteOffset), local = 30 + 5, second = local + 5;
  const central = second + local + 5 + 46 + 5;
  assertEquals([view.getUint32(second, true), view.getUint32(central, true)], [0x04034b50, 0x02014b50]);
  const declare = (size: number) => {
    const out = zip.slice(), to = new DataView(out.buffer);
    for (const field of [20, 24]) to.setUint32(central + field, size, true);
    return out;
  };
  const from = second + local, rest = zip.length - from;
  for (
    const [size, why] of [
      [rest, "its checksum does not match its content"],
      [rest + 1, `expected ${rest + 1} bytes at byte ${from} of PATH, it has ${zip.length}`],
    ] as const
  ) {
    await withZip(declare(size), async (path) => {
      const archive = await openArchive(path, 0);
      assertEquals(await archive.read("a.bin"), strToU8("first"));
      const { message, position } = await assertRejects(() => archive.read("b.bin"), DataError);
      assertEquals([message, position], [
        `Cannot read ${path}/b.bin: ${why.replace("PATH", path)}`,
        `byte ${second}`,
      ]);
    });
  }
});

Deno.test("A member of no bytes, or of one, is read", async () => {
  await withZip(zipSync({ none: new Uint8Array(0), one: Uint8Array.of(5) }), async (path) => {
    const archive = await openArchive(path, 0);
    assertEquals([await archive.read("none"), await archive.read("one")], [
      new Uint8Array(0),
      Uint8Array.of(5),
    ]);
  });
});
