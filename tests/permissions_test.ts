import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exists } from "../lib/files.ts";
import { ended, inFolder, startDeno, writeSmallData } from "./faults/kit.ts";

const { npmCache } = JSON.parse(
  new TextDecoder().decode(
    new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync().stdout,
  ),
);

/** The flags that SECURITY.md gives: nothing but what is named, no network, no environment, no other process. */
const flags = (read: readonly string[], write: readonly string[]) => [
  "--no-prompt",
  `--allow-read=${[...read, npmCache]}`,
  ...(write.length > 0 ? [`--allow-write=${write}`] : []),
  `--allow-ffi=${npmCache}`,
  "--allow-sys=cpus,hostname,networkInterfaces,osRelease",
];

const CLI = "lib/cli/main.ts";

Deno.test("train, resume, score and export work with the least permissions, and reach nothing else", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, run = `${folder}/run`, both = [run, `${run}.partial`];
    await writeSmallData(data);
    await Deno.mkdir(`${folder}/other`);
    await Deno.copyFile(`${data}/p01/03/001/skeleton_pos.txt`, `${folder}/other/secret`);
    const what = ["--data", data, "--format", "sbu"], own = flags([data, ...both], both);
    const train = (out: string) =>
      ended(startDeno([
        ...[
          ...own,
          CLI,
          "train",
          ...what,
          "--split",
          "group:p04",
          "--preset",
          "tiny",
          "--category",
          "hugging",
        ],
        ...["--workers", "1", "--out", out],
      ]));
    const refused = await train(`${folder}/elsewhere`);
    assertEquals(refused.code, 1, refused.err);
    assertStringIncludes(refused.err, `Requires read access to "${folder}/elsewhere"`);
    const trained = await train(run);
    assertEquals(trained.code, 0, trained.err);
    const again = await ended(startDeno([...own, CLI, "train", "--resume", run]));
    assertStringIncludes(again.out, "Complete: ", again.err);

    const model = `${run}/models/hugging.safetensors`, reading = flags([data, model], []);
    const scored = await ended(startDeno([...reading, CLI, "score", "--model", model, ...what]));
    assertEquals(scored.code, 0, scored.err);
    assertEquals(scored.out.trim().split("\n").length, 24);
    const elsewhere = await ended(
      startDeno([...reading, CLI, "score", "--model", `${folder}/other/secret`, ...what]),
    );
    assertEquals(elsewhere.code, 2, elsewhere.err);
    assertStringIncludes(elsewhere.err, "Requires read access");

    const onnx = `${folder}/scorer.onnx`, writing = flags([model, folder], [folder]);
    const exported = await ended(startDeno([...writing, CLI, "export", "--model", model, "--out", onnx]));
    assertEquals(exported.code, 0, exported.err);

    const reached = await ended(
      startDeno([...own, "tests/faults/reach.ts", `${folder}/other/secret`, `${folder}/other/made`]),
    );
    assertEquals([reached.out, reached.code], ["", 0], reached.err);
    assert(!await exists(`${folder}/other/made`) && !await exists(`${folder}/elsewhere.partial`));
  });
});
