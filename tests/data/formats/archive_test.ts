import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { strToU8, zipSync } from "fflate";
import { openArchive } from "../../../lib/data/formats/archive.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { withFolder } from "../../support/data_fixtures.ts";

const random = new Random(3);
const FILES: Record<string, Uint8Array> = {
  "a/b/deep.npy": Uint8Array.from({ length: 70_000 }, () => random.integer(256)),
  "a/empty": new Uint8Array(0),
  "b.txt": strToU8("one\ntwo\n".repeat(500)),
  "\u00fc/\u4e2d.txt": strToU8("names in UTF-8"),
};

/** Use a file of these bytes. */
const withZip = (bytes: Uint8Array, use: (path: string) => Promise<void>) =>
  withFolder({}, async (root) => {
    await Deno.writeFile(`${root}/a.zip`, bytes);
    await use(`${root}/a.zip`);
  });

/** Overwrite an integer in every central (or local) header of a zip. */
function patch(
  zip: Uint8Array,
  signature: number,
  offset: number,
  value: number,
  width: 2 | 4 = 4,
): Uint8Array {
  const out = zip.slice(), view = new DataView(out.buffer);
  for (let at = 0; at + 46 < out.length; at++) {
    if (view.getUint32(at, true) !== signature) continue;
    if (width === 4) view.setUint32(at + offset, value, true);
    else view.setUint16(at + offset, value, true);
  }
  return out;
}

/** Bytes by which a process grows when it tries to read a member: one of its own, since other tests may run in this one. */
async function memoryOfReading(path: string, member: string): Promise<number> {
  const module = import.meta.resolve("../../../lib/data/formats/archive.ts");
  const script = `import { openArchive } from ${JSON.stringify(module)};
    const archive = await openArchive(${JSON.stringify(path)}, 0), before = Deno.memoryUsage().rss;
    await archive.read(${JSON.stringify(member)}).catch(() => {});
    console.log(Deno.memoryUsage().rss - before);`;
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", script],
    cwd: new URL("../../../", import.meta.url),
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return Number(new TextDecoder().decode(stdout));
}
const CENTRAL = 0x02014b50, LOCAL = 0x04034b50;

Deno.test("a folder and a zip of it, stored or deflated, have the same members and content", () =>
  withFolder({}, async (root) => {
    for (const [name, content] of Object.entries(FILES)) {
      await Deno.mkdir(`${root}/f/${name.slice(0, name.lastIndexOf("/") + 1)}`, { recursive: true });
      await Deno.writeFile(`${root}/f/${name}`, content);
    }
    await Deno.writeFile(`${root}/deflated.zip`, zipSync({ ...FILES, "folder/": new Uint8Array(0) }));
    await Deno.writeFile(`${root}/stored.zip`, zipSync(FILES, { level: 0 }));
    for (const path of ["f", "f/", "deflated.zip", "stored.zip"]) {
      const archive = await openArchive(`${root}/${path}`, 3);
      assertEquals(archive.members, Object.keys(FILES).sort());
      assertEquals(archive.kind, path.startsWith("f") ? "folder" : "zip");
      for (const [name, content] of Object.entries(FILES)) assertEquals(await archive.read(name), content);
      const error = await assertRejects(
        () => archive.read("c.txt"),
        DataError,
        "expected a file, found nothing",
      );
      assertEquals(error.file, archive.file("c.txt"));
    }
  }));

Deno.test("members are read while others are being read", () =>
  withZip(zipSync(FILES), async (path) => {
    const archive = await openArchive(path, 0);
    const names = [...archive.members, ...archive.members];
    const contents = await Promise.all(names.map((name) => archive.read(name)));
    names.forEach((name, i) => assertEquals(contents[i], FILES[name]));
  }));

Deno.test("a member whose name leads out of the zip is refused, and so is one that comes twice", async () => {
  const names = ["../x", "a/../../x", "/etc/x", "C:/x", "a\\b", "..\\x"];
  for (const name of names) {
    await withZip(zipSync({ "ok.txt": strToU8("1"), [name]: strToU8("2") }), async (path) => {
      const error = await assertRejects(() => openArchive(path, 0), DataError, "as a zip file");
      assertEquals(error.file, path);
    });
  }
  const twice = zipSync({ "a.txt": strToU8("1"), "b.txt": strToU8("2") });
  const renamed = Uint8Array.from(twice, (byte, i) => byte === 98 && twice[i + 1] === 46 ? 97 : byte);
  await withZip(renamed, async (path) => {
    await assertRejects(() => openArchive(path, 0), DataError, "two members are named a.txt");
  });
});

Deno.test("a zip bomb is refused before it expands: by what it declares, and by what it holds", async () => {
  const zeros = new Uint8Array(40 * 2 ** 20);
  const bomb = zipSync({ "a.npy": zeros }, { level: 9 });
  await withZip(bomb, async (path) => {
    await assertRejects(() => openArchive(path, 0), DataError, "expected at most");
  });
  const many = zipSync(
    Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}`, zeros.subarray(0, 2 ** 20)])),
  );
  await withZip(many, async (path) => {
    await assertRejects(() => openArchive(path, 0), DataError, "expected at most");
  });
  // Declares 1000 bytes, holds 40 MiB.
  await withZip(patch(bomb, CENTRAL, 24, 1000), async (path) => {
    const archive = await openArchive(path, 0);
    const error = await assertRejects(() => archive.read("a.npy"), DataError, "more than the 1000 bytes");
    assertEquals(error.file, `${path}/a.npy`);
    assert(await memoryOfReading(path, "a.npy") < 30 * 2 ** 20);
  });
});

Deno.test("a zip with a wrong size, checksum, offset or method is refused, naming the member", async () => {
  const zip = zipSync({ "b.txt": FILES["b.txt"] });
  const reading: [Uint8Array, string][] = [
    [patch(zip, CENTRAL, 24, 5000), "expected 5000 bytes, got 4000"],
    [patch(zip, CENTRAL, 16, 1), "checksum"],
    [patch(zip, CENTRAL, 20, 0x7fffffff), "expected 2147483647 bytes"],
    [patch(zip, CENTRAL, 42, 7), "local header is damaged"],
    [patch(zip, CENTRAL, 42, 0x7fffffff), "expected 30 bytes at byte 2147483647"],
    [patch(zip, LOCAL, 28, 40, 2), "Cannot read"],
  ];
  for (const [bytes, expected] of reading) {
    await withZip(bytes, async (path) => {
      const archive = await openArchive(path, 0);
      const error = await assertRejects(() => archive.read("b.txt"), DataError, expected);
      assertStringIncludes(error.message, `Cannot read ${path}/b.txt: `);
    });
  }
  const opening: [Uint8Array, string][] = [
    [patch(zip, CENTRAL, 10, 99, 2), "encrypted or not deflated"],
    [patch(zip, CENTRAL, 8, 1, 2), "encrypted or not deflated"],
    [zip.slice(0, -1), "as a zip file"],
    [strToU8("no zip at all"), "as a zip file"],
    [new Uint8Array(0), "as a zip file"],
  ];
  for (const [bytes, expected] of opening) {
    await withZip(
      bytes,
      async (path) => void await assertRejects(() => openArchive(path, 0), DataError, expected),
    );
  }
  await assertRejects(() => openArchive("/nowhere/at/all", 0), DataError, "found nothing");
});

Deno.test("A zip may expand to 24 MiB and six times its own size, and no further", async () => {
  const open = async (size: number) => {
    const zip = zipSync({ "a.bin": new Uint8Array(size) });
    await withZip(
      zip,
      async (path) => assertEquals((await (await openArchive(path, 0)).read("a.bin")).length, size),
    );
    return 24 * 2 ** 20 + 6 * zip.length;
  };
  const limit = await open(24 * 2 ** 20);
  await open(limit);
  await assertRejects(() => open(limit + 4096), DataError, "expected at most 25");
});
