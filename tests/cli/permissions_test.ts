import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { zipSync } from "fflate";
import { commandOf, flagsOf, reachOf, reachOfWorker } from "../../lib/cli/confine.ts";
import { FLAGS } from "../../lib/cli/needs.ts";
import { allFlags } from "../../lib/cli/verb.ts";
import { loadVerbs } from "../../lib/cli/verbs.ts";
import { packageFolders } from "../../lib/core/permissions.ts";
import { writeServePrograms, writeWorkerProgram } from "../../lib/cli/programs.ts";
import { listFiles } from "../../lib/data/formats/folder.ts";
import { exists } from "../../lib/core/files.ts";
import { generateDataset, IADNet } from "../../mod.ts";
import { ended, hashFolder, inFolder, smallTrain, startDeno, until, writeSmallData } from "../faults/kit.ts";
import { LAUNCHER } from "../support/cli.ts";

/** What `deno task <verb>` runs. */
const launch = (args: readonly string[], wrap: readonly string[] = []) =>
  ended(startDeno([...LAUNCHER, ...args], wrap));

/** Try to reach what must not be reached, with these flags. @param folder Where `secret` lies. */
async function reached(flags: readonly string[], folder: string, data: string): Promise<string> {
  const places = [`${folder}/secret`, `${folder}/made`, `${data}/made`];
  const { out, err, code } = await ended(startDeno([...flags, "tests/faults/reach.ts", ...places]));
  assertEquals(code, 0, err);
  for (const place of places.slice(1)) assert(!await exists(place));
  return out;
}

/** Whether a category of an unfinished run is finished. */
async function hasResult(out: string): Promise<boolean> {
  return (await Array.fromAsync(Deno.readDir(`${out}.partial/cells`)).catch(() => [])).length > 0;
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
    const temporary = await Deno.makeTempDir({ dir: folder }), resume = ["train", "--resume", run];
    const again = await ended(
      startDeno([...LAUNCHER, ...resume], ["env", `TMPDIR=${temporary}`]),
    );
    assertStringIncludes(again.out, "Complete: ", again.err);
    await Deno.remove(temporary); // it is empty: the program that starts workers is removed

    const drawn = await launch(["figures", run, "--category", "hugging", "--out", `${folder}/figures`]);
    assertEquals([drawn.code, drawn.err], [0, ""]);
    assert(await exists(`${folder}/figures/figure-3.pdf`) && await exists(`${folder}/figures/figure-4.svg`));
    await Deno.remove(`${folder}/figures`, { recursive: true });
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

Deno.test("A table is read confined, though its library is native", async () => {
  const { code, out, err } = await launch(["inspect", "--data", "data/sample", "--format", "custom"]);
  assertEquals([code, out.split(":")[0]], [0, "2 clips of custom"], err);
});

/** Begin a confined training, stop its launcher by a signal in the midst of it, and go on with it: the run must be that of an
 * uninterrupted training.
 *
 * @param place The folder of the data and of the run. @param meanwhile Comes before it goes on. */
async function stoppedRun(
  place: string,
  signal: Deno.Signal,
  meanwhile: (child: Deno.ChildProcess) => Promise<void> = () => Promise.resolve(),
): Promise<Deno.ChildProcess> {
  const data = `${place}/data`, out = `${place}/run`;
  await writeSmallData(data);
  const whole = await launch(smallTrain(data, "--out", `${place}/whole`));
  assertEquals(whole.code, 0, whole.err);
  const child = startDeno([...LAUNCHER, ...smallTrain(data, "--out", out)]);
  assert(await until(() => hasResult(out)));
  child.kill(signal);
  await meanwhile(child);
  const again = await launch(["train", "--resume", out]);
  assertEquals(again.code, 0, again.err);
  assertEquals(await hashFolder(out), await hashFolder(`${place}/whole`));
  return child;
}

Deno.test("A confined training in a folder with a comma goes on with the data that it was begun with", async () => {
  await inFolder(async (folder) => {
    await stoppedRun(`${folder}/a, b`, "SIGTERM", async (child) => {
      const { code, err } = await ended(child);
      assert([0, 143].includes(code), err); // it may have been done already
    });
  });
});

Deno.test("A training whose launcher is killed ends with a checkpoint, and can be resumed at once", async () => {
  await inFolder(async (folder) => {
    await ended(await stoppedRun(folder, "SIGKILL"));
  });
});

Deno.test({
  name: "A launcher that is killed leaves no process behind (Linux)",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await inFolder(async (folder) => {
      const model = `${folder}/hug.safetensors`,
        detector = new IADNet({ preset: "window", engine: "onnx-cpu" });
      await detector.fit(generateDataset({ seed: 0, clipsPerCategory: 8, categories: ["hug"] }), { seed: 0 });
      await detector.save(model);
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", ...LAUNCHER, "score", "--stream", "--model", model],
        stdin: "piped", // it stays open: the verb waits for frames
        stdout: "null",
        stderr: "piped",
      }).spawn();
      let said = "";
      const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
      while (!said.includes("Reading frames")) said += (await reader.read()).value;
      const left = (await Deno.readTextFile(`/proc/${child.pid}/task/${child.pid}/children`)).trim();
      assert(/^\d+$/.test(left), left);
      child.kill("SIGKILL");
      await child.status;
      const runs = () => Deno.stat(`/proc/${left}`).then(() => true, () => false);
      assert(await runs());
      while (!(await reader.read()).done);
      for (let i = 0; i < 100 && await runs(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
      assertEquals(await runs(), false);
      await child.stdin.close().catch(() => {});
    });
  },
});

Deno.test("A confined training may start its worker and nothing else, and cannot change how it is started", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, library = await packageFolders();
    await writeSmallData(data);
    await Deno.copyFile(`${data}/p01/03/001/skeleton_pos.txt`, `${folder}/secret`);
    const reach = await reachOf("train", ["--data", data, "--out", `${folder}/out`]);
    const real = `${await Deno.realPath(folder)}/out.partial`, own = `${folder}/out.partial`;
    assertEquals((await reachOfWorker(reach)).write, real === own ? [own] : [own, real]);
    await Deno.mkdir(`${folder}/program`);
    const program = await writeWorkerProgram(
      `${folder}/program`,
      commandOf(flagsOf(await reachOfWorker(reach), library), "worker"),
    );
    const flags = [...flagsOf(reach, library), `--allow-run=${program}`];
    assertEquals(await reached(flags, folder, data), "");
    const started = await new Deno.Command(program, {
      args: ["run", "-A", "tests/faults/reach.ts"],
      stdin: "null",
    }).output();
    assertEquals([started.code, started.stdout.length], [0, 0]); // a worker, whatever it is told, that got no job
  });
});

Deno.test("The programs of serve reach the file that is sent, the run and its data, and nothing else", async () => {
  await inFolder(async (folder) => {
    const run = `${folder}/run`, data = `${folder}/data`;
    await Deno.mkdir(run);
    await writeSmallData(data);
    await Deno.copyFile(`${data}/p01/03/001/skeleton_pos.txt`, `${folder}/secret`);
    const { reader, scorer, folder: files } = await writeServePrograms(
      folder,
      [run, data],
      await packageFolders(),
    );
    for (const [[program], named] of [[reader, [files]], [scorer, [run, data]]]) {
      const words = [...(await Deno.readTextFile(program)).matchAll(/'([^']*)'/g)].map(([, word]) => word);
      const flags = words.filter((word) => word.startsWith("--"));
      assertEquals(await reached(flags, folder, data), "", program);
      const [read] = flags.filter((flag) => flag.startsWith("--allow-read="));
      assertEquals(read.slice(13).split(",").slice(2), named);
      assert(!flags.some((flag) => /^--allow-(write|net|run|env|all)|^-A$/.test(flag)), flags.join(" "));
    }
  });
});

Deno.test("What a verb reaches is what its options name, and where that leads", async () => {
  const reach = async (verb: string, ...args: string[]) => {
    const { read, write, engine } = await reachOf(verb, args);
    return [read, write, engine];
  };
  const here = await Deno.realPath(".");
  /** The paths, and where they lead. */
  const at = (...paths: string[]) => [
    ...paths,
    ...paths.map((path) => path.startsWith("/") ? path : `${here}/${path}`.replace(/\/(\.|)$/, ""))
      .filter((path) => !paths.includes(path)),
  ];
  assertEquals(await reach("train", "--data", "d", "--rest=r.npy", "--out", "runs/a/"), [
    at("d", "r.npy", "runs/a/", "runs/a.partial"),
    at("runs/a/", "runs/a.partial"),
    "auto",
  ]);
  assertEquals(await reach("train", "--resume", "nowhere"), [
    at("nowhere", "nowhere.partial"),
    at("nowhere", "nowhere.partial"),
    "auto",
  ]);
  assertEquals(await reach("score", "--model", "a,b", "--data", "i/skeletons/", "--format", "interx"), [
    at("i/skeletons/", "i/annots", "i/splits", "a", "b"),
    [],
    "auto",
  ]);
  assertEquals(await reach("score", "--model", "a", "--data", "d/cache/", "--format", "cache"), [
    at("d/cache/", "d/cache.old", "a"),
    [],
    "auto",
  ]);
  assertEquals(await reach("export", "--model", "m", "--out", "x.onnx"), [
    at("m", ".", "x.onnx", "x.onnx.tmp"),
    at("x.onnx", "x.onnx.tmp"),
    "auto",
  ]);
  assertEquals(await reach("score", "--model", "a", "--csv", "t/s.csv"), [
    at("a", "t", "t/s.csv", "t/s.csv.tmp"),
    at("t/s.csv", "t/s.csv.tmp"),
    "auto",
  ]);
  assertEquals(await reach("explain", "--model", "r/models/m", "--clip", "c"), [
    at("r/models/m", "r/source.json", "r/results.json"),
    [],
    "auto",
  ]);
  assertEquals(await reach("figures", "a", "--json", "b", "--out", "f"), [
    at("a", "b", "f"),
    at("f"),
    "auto",
  ]);
  assertEquals(await reach("report", "r", "--out", "p/r.html", "--figures", "f"), [
    at("r", "p", "f", "p/r.html", "p/r.html.tmp"),
    at("f", "p/r.html", "p/r.html.tmp"),
    "auto",
  ]);
  assertEquals(await reach("report", "r", "s", "--out", "p/r.html"), [
    at("r", "s", "p", "p/r.html", "p/r.html.tmp"),
    at("p/r.html", "p/r.html.tmp"),
    "auto",
  ]);
  assertEquals(await reach("prepare", "--data", "d", "--format", "sbu", "--out", "runs/c/"), [
    at("d", "runs", "runs/c", "runs/c.tmp", "runs/c.old"),
    at("runs/c", "runs/c.tmp", "runs/c.old"),
    "auto",
  ]);
  assertEquals(await reach("benchmark", "run", "--plan", "p"), [at("p"), at("p"), "auto"]);
  assertEquals((await reachOf("serve", ["r", "--port", "0", "--host", "::1"])).listen, "[::1]:0");
  const flagsOfAll = Object.values(await loadVerbs()).flatMap((own) =>
    "actions" in own ? Object.values(own.actions) : [own]
  )
    .flatMap(({ options }) => Object.keys(allFlags(options)));
  assertEquals(new Set([...FLAGS, "frames"]), new Set([...flagsOfAll, "h"])); // frames has a value in prepare
  assertEquals(await reach("export", "--out", "/x.onnx"), [
    ["/", "/x.onnx", "/x.onnx.tmp"],
    ["/x.onnx", "/x.onnx.tmp"],
    "auto",
  ]);
  for (const args of [["demo"], ["demo", "--out="], ["score", "--model="], ["export", "--out", ""]]) {
    const [verb, ...rest] = args;
    assertEquals(await reach(verb, ...rest), [[], [], "auto"], args.join(" "));
  }
  await inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/real`);
    await Deno.symlink(`${folder}/real`, `${folder}/link`);
    const { write } = await reachOf("train", ["--out", `${folder}/link/run`]),
      real = await Deno.realPath(folder);
    assert(write.includes(`${real}/real/run`) && write.includes(`${real}/real/run.partial`), write.join());
  });
  const flags = flagsOf({ read: ["/d/a,b/c", "x,y", "z"], write: [], engine: "tensorflow-gpu" }, ["lib"]);
  assert(flags.includes("--allow-read=lib,/d,.,z") && flags.includes("--allow-env"));
  assert(flagsOf({ read: [""], write: [], engine: "auto" }, ["lib"]).includes("--allow-read=lib"));
});

Deno.test("A confined training takes data and writes its run through linked folders, and zip files that are links", async () => {
  await inFolder(async (folder) => {
    await writeSmallData(`${folder}/far/data`);
    await Deno.mkdir(`${folder}/far/runs`);
    await Deno.symlink(`${folder}/far/data`, `${folder}/data`);
    await Deno.symlink(`${folder}/far/runs`, `${folder}/runs`);
    const files: Record<string, Uint8Array> = {};
    for (const name of await listFiles(`${folder}/data`, 3)) {
      files[name] = await Deno.readFile(`${folder}/data/${name}`);
    }
    await Deno.writeFile(`${folder}/far/sbu.zip`, zipSync(files) as Uint8Array<ArrayBuffer>);
    await Deno.symlink(`${folder}/far/sbu.zip`, `${folder}/link.zip`);
    for (const [name, data] of [["one", "data"], ["two", "link.zip"]]) {
      const { code, err } = await launch(smallTrain(`${folder}/${data}`, "--out", `${folder}/runs/${name}`));
      assertEquals(code, 0, err);
    }
    const table = async (name: string) => await Deno.readTextFile(`${folder}/far/runs/${name}/results.md`);
    assertEquals((await table("two")).split("\n").slice(4), (await table("one")).split("\n").slice(4));
  });
});

Deno.test("ONNX Runtime keeps no record of its use: a training leaves nothing in the home and the temporary folder", async () => {
  await inFolder(async (folder) => {
    const cache = (await packageFolders())[0].replace(/\/npm$/, ""), places = ["home", "tmp"];
    await writeSmallData(`${folder}/data`);
    for (const name of places) await Deno.mkdir(`${folder}/${name}`);
    const env = ["env", `HOME=${folder}/home`, `TMPDIR=${folder}/tmp`, `DENO_DIR=${cache}`];
    for (const [k, entry] of ["launch", "main"].entries()) {
      const args = smallTrain(`${folder}/data`, "--out", `${folder}/run${k}`);
      const { code, err } = await ended(startDeno(["-A", `lib/cli/${entry}.ts`, ...args], env));
      assertEquals(code, 0, err);
      for (const name of places) {
        assertEquals(await Array.fromAsync(Deno.readDir(`${folder}/${name}`)), [], entry);
      }
    }
  });
});

Deno.test("An option without a value, and a launcher that cannot make its file, are said in one line", async () => {
  for (
    const args of [["train", "--out="], ["train", "--data=", "--out", "x"], ["score", "--model="], [
      "train",
      "--out",
    ]]
  ) {
    const { code, err } = await launch(args);
    assertEquals([code, err.trim().split("\n").length], [2, 1], err);
    assertStringIncludes(err, "UsageError: Cannot run");
  }
  const unread = await launch(["train", "--out="], ["sh", "-c", 'exec "$@" 2>/dev/full', "sh"]);
  assertEquals(unread.code, 2); // whether or not somebody reads why
  const { code, err } = await launch(["demo"], ["env", "TMPDIR=/nowhere"]);
  assertEquals([code, err.trim().split("\n").length], [1, 1], err);
  assertStringIncludes(err, "Cannot demo: ");
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
