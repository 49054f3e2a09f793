import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { IadnetError } from "../../lib/core/errors.ts";
import { safeName, writeFileAtomic } from "../../lib/core/files.ts";
import { inFolder } from "../faults/kit.ts";

Deno.test("A file is written whole or stays as it was", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/a`;
    await writeFileAtomic(file, "one", { keepPrevious: true });
    await writeFileAtomic(file, "two", { keepPrevious: true });
    assertEquals([await Deno.readTextFile(file), await Deno.readTextFile(`${file}.previous`)], [
      "two",
      "one",
    ]);
    await Deno.mkdir(`${folder}/b`);
    await assertRejects(() => writeFileAtomic(`${folder}/b`, "x"), IadnetError, `Cannot write ${folder}/b: `);
    await assertRejects(() => writeFileAtomic(`${folder}/none/c`, "x"), IadnetError, "Cannot write");
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort(), [
      "a",
      "a.previous",
      "b",
    ]);
  });
});

Deno.test("A link in the place of the temporary or of the file itself is replaced; what it leads to stays as it was", async () => {
  const folder = await Deno.makeTempDir(), victim = `${folder}/victim`, file = `${folder}/results.json`;
  await Deno.writeTextFile(victim, "mine");
  for (const link of [`${file}.tmp`, file]) {
    for (const target of [victim, `${folder}/absent`, folder]) {
      await Deno.remove(link).catch(() => {});
      await Deno.symlink(target, link);
      await writeFileAtomic(file, "new");
      assertEquals(await Deno.readTextFile(file), "new");
      assert((await Deno.lstat(file)).isFile);
      assertEquals(await Deno.readTextFile(victim), "mine");
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), ["results.json", "victim"]);
    }
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("Safe names name no other folder and are different for different texts", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), fc.string(), (a, b) => {
    const name = safeName(a);
    assert(/^[A-Za-z0-9 _,()%-][A-Za-z0-9 _,()%.-]*$/.test(name) && name.length <= 100, name);
    assert(
      a === b || new TextEncoder().encode(a).join() === new TextEncoder().encode(b).join() ||
        name !== safeName(b),
    );
  }));
  assertEquals(safeName("../../etc/passwd"), "%2E.%2F..%2Fetc%2Fpasswd");
  assertEquals(safeName("shaking-hands"), "shaking-hands");
  const same = (text: string) => safeName(text).toLowerCase().replace(/[. ]+$/, "");
  const names = ["UP", "up", "Up", "aux", "aux.", "aux ", "AUX", "con", "com1.x", "com1"];
  assertEquals(new Set(names.map(same)).size, names.length);
  for (const name of names.slice(3)) assert(!/^(con|aux|com1)(\.|$)/i.test(safeName(name)), name);
  assert(safeName("x".repeat(101)) !== safeName("x".repeat(102)) && safeName("") !== "");
});
