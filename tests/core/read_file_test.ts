import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { readFileUpTo, readTextUpTo } from "../../lib/core/read_file.ts";
import { openDataset } from "../../lib/data/open_dataset.ts";
import { loadDetector } from "../../lib/detectors/mod.ts";
import { openRun } from "../../lib/report/run.ts";
import { DataError } from "../../lib/core/errors.ts";
import { describe } from "../support/custom_fixtures.ts";
import { withFolder } from "../support/data_fixtures.ts";

Deno.test("A file is read whole, and its limit is the largest size", () =>
  withFolder({ "a.txt": "héllo", "empty": "" }, async (root) => {
    assertEquals(await readTextUpTo(`${root}/a.txt`, 6), "héllo");
    assertEquals((await readFileUpTo(`${root}/empty`)).length, 0);
    await assertRejects(() => readTextUpTo(`${root}/a.txt`, 5), Error, "it has 6 bytes, the limit is 5");
    await assertRejects(() => readFileUpTo(root), Error, "expected a file, found a folder");
    await assertRejects(() => readFileUpTo(`${root}/b`), Deno.errors.NotFound);
  }));

/** Makes what stands in a file's place. */
const SPECIAL: Record<string, (path: string) => Promise<unknown>> = {
  "a link to a device without end": (path) => Deno.symlink("/dev/zero", path),
  "a pipe that nobody writes to": (path) => new Deno.Command("mkfifo", { args: [path] }).output(),
  "a file of 5 GB without content": async (path) => {
    using file = await Deno.open(path, { write: true, create: true });
    await file.truncate(5e9);
  },
};

for (const [name, make] of Object.entries(SPECIAL)) {
  Deno.test({
    name: `${name} is refused at once, in the place of every kind of file`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      withFolder({}, async (root) => {
        const reads: Record<string, (folder: string) => Promise<unknown>> = {
          "p1/01/001/skeleton_pos.txt": (folder) => openDataset(folder, { format: "sbu" }),
          "S001C001P001R001A050.skeleton": (folder) => openDataset(folder, { format: "ntu120" }),
          "skeletons/G001T000A000R000/P1.npy": (folder) => openDataset(folder, { format: "interx" }),
          "iadnet.json": (folder) => openDataset(folder, { format: "custom" }),
          "manifest.json": (folder) => openDataset(folder, { format: "cache" }),
          "a.list": (folder) => openDataset(`${folder}/a.list`, { format: "custom" }),
          "a.safetensors": (folder) => loadDetector(`${folder}/a.safetensors`),
          "results.json": (folder) => openRun(folder),
        };
        for (const end of ["npy", "csv", "parquet", "npz"]) {
          reads[`hug/a.${end}`] = async (folder) => {
            await Deno.writeFile(`${folder}/iadnet.json`, describe(end));
            return await openDataset(folder, { format: "custom" });
          };
        }
        let k = 0;
        for (const [file, read] of Object.entries(reads)) {
          const folder = `${root}/${k++}`;
          await Deno.mkdir(`${folder}/${file}`.replace(/\/[^/]*$/, ""), { recursive: true });
          await make(`${folder}/${file}`);
          if (file.endsWith("P1.npy")) await Deno.writeTextFile(`${folder}/${file.replace("P1", "P2")}`, "");
          const { message, file: named } = await assertRejects(() => read(folder), DataError);
          assertStringIncludes(named, folder);
          assert(/found a device or a pipe|the limit is/.test(message), `${file}: ${message}`);
        }
      }),
  });
}
