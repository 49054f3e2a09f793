import { assertEquals, assertRejects } from "@std/assert";
import { readChecksummedJson, writeChecksummedJson } from "../../lib/core/checksummed_json.ts";
import { DataError } from "../../lib/core/errors.ts";
import { inFolder } from "../faults/kit.ts";

Deno.test("A damaged checksummed JSON file is refused", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/r.json`;
    await writeChecksummedJson(file, { a: [1, "é"] });
    assertEquals(await readChecksummedJson(file), { a: [1, "é"] });
    const text = await Deno.readTextFile(file);
    for (const bad of [text.replace("1", "2"), text.slice(0, -1), `${text}\n`, "", text.split("\n")[1]]) {
      await Deno.writeTextFile(file, bad);
      await assertRejects(() => readChecksummedJson(file), DataError, file);
    }
    await assertRejects(() => readChecksummedJson(`${folder}/none`), DataError, "Cannot open");
  });
});
