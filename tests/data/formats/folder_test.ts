/** Folders: what is listed, and how they are described. */
import { assertEquals } from "@std/assert";
import { describeFolder, listFiles } from "../../../lib/data/formats/folder.ts";
import { inFolder } from "../../faults/kit.ts";

Deno.test("A folder's files are listed down to the depth, and no deeper", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a/b/c`, { recursive: true });
    for (const path of ["0", "a/1", "a/b/2", "a/b/c/3"]) await Deno.writeTextFile(`${folder}/${path}`, "");
    assertEquals(await listFiles(folder, 0), ["0"]);
    assertEquals(await listFiles(folder, 1), ["0", "a/1"]);
    assertEquals(await listFiles(folder, 2), ["0", "a/1", "a/b/2"]);
  });
});

Deno.test("A folder is described by its first three names and the number of the others", async () => {
  await inFolder(async (folder) => {
    const expected = ["an empty folder", "a", "a, b", "a, b, c", "a, b, c and 1 more", "a, b, c and 2 more"];
    for (const [i, text] of expected.entries()) {
      assertEquals(await describeFolder(folder), text);
      await Deno.writeTextFile(`${folder}/${"abcdef"[i]}`, "");
    }
  });
});
