import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../lib/core/errors.ts";
import { refuseLinks, refuseLinksIn } from "../../lib/core/links.ts";
import { readManifest } from "../../lib/experiments/manifest.ts";
import { RunDirectory } from "../../lib/experiments/run_directory.ts";
import { openCheckpoints } from "../../lib/training/checkpoint/folder.ts";
import { inFolder } from "../faults/kit.ts";

Deno.test("A folder of files and folders passes, and so does none", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${folder}/a/b/c`, "");
    await refuseLinks(folder);
    await refuseLinks(`${folder}/none`);
    await refuseLinksIn(`${folder}/none`);
  });
});

Deno.test("A link, a pipe or a device at any depth is refused by name, also a broken link", async () => {
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/run/cells`, { recursive: true });
    const at = `${folder}/run/cells/x.json`;
    const message = `Cannot use ${at}: expected a file or a folder, found a`;
    for (const target of [folder, `${folder}/none`, "/dev/zero"]) {
      await Deno.symlink(target, at);
      await assertRejects(() => refuseLinks(`${folder}/run`), DataError, `${message} link`);
      await Deno.remove(at);
    }
    assertEquals((await new Deno.Command("mkfifo", { args: [at] }).output()).success, true);
    await assertRejects(() => refuseLinksIn(`${folder}/run`), DataError, `${message} device, a pipe`);
    await Deno.symlink(`${folder}/run`, `${folder}/link`);
    await assertRejects(() => refuseLinks(`${folder}/link`), DataError, `${folder}/link: expected`);
    await assertRejects(() => refuseLinksIn(`${folder}/link`), DataError, `${folder}/link/cells/x.json`);
  });
});

Deno.test("Nothing is written through a link of a run, a plan or a folder of checkpoints", async () => {
  await inFolder(async (folder) => {
    const victim = `${folder}/victim`, out = `${folder}/out`, partial = `${out}.partial`;
    await Deno.mkdir(victim);
    await Deno.writeTextFile(`${victim}/mine`, "mine");
    const begin: [string, () => Promise<unknown>][] = [
      [partial, () => RunDirectory.resume(out)],
      [partial, () => RunDirectory.create(out, {} as never)],
      [`${folder}/plan`, () => readManifest(`${folder}/plan`)],
      [`${folder}/checkpoints`, () => openCheckpoints(`${folder}/checkpoints`)],
    ];
    for (const [at, start] of begin) {
      for (const name of ["cells", "lock", "fit.json", "manifest.json", "run/models"]) {
        for (const target of [victim, `${victim}/mine`, `${victim}/new`]) {
          await Deno.mkdir(`${at}/run`, { recursive: true });
          if (start === begin[0][1]) await Deno.writeTextFile(`${at}/manifest.copy.json`, "{}");
          await Deno.symlink(target, `${at}/${name}`);
          await assertRejects(start, DataError, `Cannot use ${at}/${name}: `);
          await Deno.remove(at, { recursive: true });
        }
      }
    }
    assertEquals((await Array.fromAsync(Deno.readDir(victim))).map(({ name }) => name), ["mine"]);
    assertEquals(await Deno.readTextFile(`${victim}/mine`), "mine");
  });
});
