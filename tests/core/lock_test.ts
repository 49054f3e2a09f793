import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { lockFolder } from "../../lib/core/lock.ts";
import { inFolder } from "../faults/kit.ts";

Deno.test("A locked folder refuses others and names the process, until the lock is released", async () => {
  await inFolder(async (folder) => {
    const lock = await lockFolder(folder);
    const other = await assertRejects(() => lockFolder(folder), UsageError);
    assertStringIncludes(other.message, `process ${Deno.pid}, started `);
    const waited: string[] = [];
    setTimeout(() => lock.release(), 200);
    (await lockFolder(folder, 10_000, (message) => waited.push(message))).release();
    assertEquals(waited.length, 1);
    assertStringIncludes(waited[0], `Waiting 10 s for ${folder}: process ${Deno.pid}, started `);
    (await lockFolder(folder)).release();
    await Deno.writeTextFile(`${folder}/lock`, "nonsense");
    (await lockFolder(folder)).release();
  });
});
