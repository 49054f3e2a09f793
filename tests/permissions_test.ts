import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { flagsOf, packageFolders, reachOf, reachOfWorker } from "../lib/cli/confine.ts";
import { workerProgram } from "../lib/cli/launch.ts";
import { exists } from "../lib/files.ts";
import { ended, hashFolder, inFolder, smallTrain, startDeno, until, writeSmallData } from "./faults/kit.ts";

/** What `deno task <verb>` runs. */
const launch = (args: readonly string[], wrap: readonly string[] = []) =>
  ended(startDeno(["-A", "lib/cli/launch.ts", ...args], wrap));

/** Try to reach what must not be reached, with these flags. @param folder Where `secret` lies. */
async function reached(flags: readonly string[], folder: string, data: string): Promise<string> {
  const places = [`${folder}/secret`, `${folder}/made`, `${data}/made`];
  const { out, err, code } = await ended(startDeno([...flags, "tests/faults/reach.ts", ...places]));
  assertEquals(code, 0, err);
  for (const place of places.slice(1)) assert(!await exists(place));
  return out;
}

const hasNamespaces = await new Deno.Command("unshare", { args: ["-rn", "true"], stderr: "null" }).output()
  .then(({ success }) => success, () => false);

Deno.test("deno task train, resume, score and export work confined, and reach no other file", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, run = `${folder}/run`, other = `${folder}/other`;
    await writeSmallData(data);
    await Deno.mkdir(other);
    await Deno.copyFile(`${data}/p01/03/001/skeleton_pos.txt`, `${other}/secret`);
    const before = await hashFolder(data);
    const trained = await launch(smallTrain(data, "--workers", "2", "--out", run));
    assertEquals(trained.code, 0, trained.err);
    const again = await launch(["train", "--resume", run]);
    assertStringIncludes(again.out, "Complete: ", again.err);

    const model = `${run}/models/hugging.safetensors`, what = ["--data", data, "--format", "sbu"];
    const scored = await launch(["score", "--model", model, ...what]);
    assertEquals([scored.code, scored.out.trim().split("\n").length], [0, 24], scored.err);
    const flags = flagsOf(await reachOf("score", ["--model", model, ...what]), await packageFolders());
    const args = ["lib/cli/main.ts", "score", "--model", `${other}/secret`, ...what];
    const elsewhere = await ended(startDeno([...flags, ...args]));
    assertEquals(elsewhere.code, 2, elsewhere.err);
    assertStringIncludes(elsewhere.err, "Requires read access");

    const exported = await launch(["export", "--model", model, "--out", `${folder}/scorer.onnx`]);
    assertEquals(exported.code, 0, exported.err);
    assert(await exists(`${folder}/scorer.onnx`));
    assertEquals(await hashFolder(data), before);
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort(), [
      "data",
      "other",
      "run",
      "scorer.onnx",
    ]);
  });
});

Deno.test("A confined training in a folder with a comma goes on with the data that it was begun with", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/a, b/data`, out = `${folder}/a, b/run`;
    await writeSmallData(data);
    const whole = await launch(smallTrain(data, "--out", `${folder}/whole`));
    assertEquals(whole.code, 0, whole.err);
    const child = startDeno(["-A", "lib/cli/launch.ts", ...smallTrain(data, "--out", out)]);
    const results = async () => await Array.fromAsync(Deno.readDir(`${out}.partial/results`)).catch(() => []);
    assert(await until(async () => (await results()).length > 0)); // one that is stopped before leaves nothing
    child.kill("SIGTERM");
    const { code, err } = await ended(child);
    assertEquals(code, 143, err);
    const again = await launch(["train", "--resume", out]);
    assertEquals(again.code, 0, again.err);
    const [one, two] = [out, `${folder}/whole`].map((run) => hashFolder(run));
    assertEquals(await one, await two);
  });
});

Deno.test("A training whose launcher is killed ends with a checkpoint, and can be resumed at once", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, out = `${folder}/run`;
    await writeSmallData(data);
    const whole = await launch(smallTrain(data, "--out", `${folder}/whole`));
    assertEquals(whole.code, 0, whole.err);
    const child = startDeno(["-A", "lib/cli/launch.ts", ...smallTrain(data, "--out", out)]);
    const results = async () => await Array.fromAsync(Deno.readDir(`${out}.partial/results`)).catch(() => []);
    assert(await until(async () => (await results()).length > 0));
    child.kill("SIGKILL");
    const { code, err } = await launch(["train", "--resume", out]);
    assertEquals(code, 0, err);
    assertEquals(await hashFolder(out), await hashFolder(`${folder}/whole`));
    await ended(child);
  });
});

Deno.test("A confined process and its workers reach no network, no environment, no process and no folder that is not named", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, library = await packageFolders();
    await writeSmallData(data);
    await Deno.copyFile(`${data}/p01/03/001/skeleton_pos.txt`, `${folder}/secret`);
    for (const verb of ["train", "demo", "score", "localize", "explain", "inspect", "export"]) {
      const reach = await reachOf(verb, ["--data", data, "--out", `${folder}/out`]);
      // The folder of an exported file is named, so it may be read.
      const named = verb === "export" ? "read\n" : "";
      assertEquals(await reached(flagsOf(reach, library), folder, data), named, verb);
      const worker = reachOfWorker(reach);
      assertEquals(await reached(flagsOf(worker, library), folder, data), named, verb);
    }
    const reach = await reachOf("train", ["--data", data, "--out", `${folder}/out`]);
    assertEquals(reachOfWorker(reach).write, [`${folder}/out.partial`]);
    const program = await workerProgram(flagsOf(reachOfWorker(reach), library));
    const flags = [...flagsOf(reach, library), `--allow-run=${program.file}`];
    assertEquals(await reached(flags, folder, data), "");
    const started = await new Deno.Command(program.file, {
      args: ["run", "-A", "tests/faults/reach.ts"],
      stdin: "null",
    }).output();
    assertEquals([started.code, started.stdout.length], [0, 0]); // a worker, whatever it is told, that got no job
    await program.remove();
    assert(!await exists(program.file));
  });
});

Deno.test("What a verb reaches is what its options name", async () => {
  const reach = async (verb: string, ...args: string[]) => {
    const { read, write, engine } = await reachOf(verb, args);
    return [read, write, engine];
  };
  assertEquals(await reach("train", "--data", "d", "--rest=r.npy", "--out", "runs/a/"), [
    ["d", "r.npy", "runs/a/", "runs/a.partial"],
    ["runs/a/", "runs/a.partial"],
    "auto",
  ]);
  assertEquals(await reach("train", "--resume", "nowhere"), [
    ["nowhere", "nowhere.partial"],
    ["nowhere", "nowhere.partial"],
    "auto",
  ]);
  assertEquals(await reach("score", "--model", "a,b", "--data", "i/skeletons/", "--format", "interx"), [
    ["i/skeletons/", "i/annots", "i/splits", "a", "b"],
    [],
    "auto",
  ]);
  assertEquals(await reach("score", "--model", "a", "--data", "d/cache/", "--format", "cache"), [
    ["d/cache/", "d/cache.old", "a"],
    [],
    "auto",
  ]);
  assertEquals(await reach("export", "--model", "m", "--out", "x.onnx"), [
    ["m", "x.onnx", "x.onnx.tmp", "."],
    ["x.onnx", "x.onnx.tmp"],
    "auto",
  ]);
  assertEquals(await reach("export", "--out", "/x.onnx"), [
    ["/x.onnx", "/x.onnx.tmp", "/"],
    ["/x.onnx", "/x.onnx.tmp"],
    "auto",
  ]);
  assertEquals(await reach("demo"), [[], [], "auto"]);
  assertEquals(await reach("export"), [[], [], "auto"]);
  const flags = flagsOf({ read: ["/d/a,b/c", "x,y", "z"], write: [], engine: "tensorflow" }, ["lib"]);
  assert(flags.includes("--allow-read=lib,/d,.,z") && flags.includes("--allow-env"));
});

Deno.test({
  name: `A training needs no network at all${hasNamespaces ? "" : " (needs network namespaces)"}`,
  ignore: !hasNamespaces,
  fn: async () => {
    await inFolder(async (folder) => {
      await writeSmallData(`${folder}/data`);
      const { code, err } = await launch(smallTrain(`${folder}/data`, "--out", `${folder}/run`), [
        "unshare",
        "-rn",
      ]);
      assertEquals(code, 0, err);
    });
  },
});
