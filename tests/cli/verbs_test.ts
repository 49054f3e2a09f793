/** The verbs that look at data and compare detectors, as users run them. */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { macroMean } from "../../lib/metrics/mod.ts";
import { openDataset, type Results } from "../../mod.ts";
import type { ComparedDetector } from "../../lib/experiments/compare.ts";
import { FLOORS } from "../../lib/detectors/floors/floors.ts";
import { outputOf, refusalOf } from "../support/cli.ts";
import { inFolder, smallTrain, writeSmallData } from "../faults/kit.ts";

Deno.test("prepare writes a cache once; a training on it scores as one on the files", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, cache = `${folder}/cache`;
    await writeSmallData(data);
    const prepare = ["prepare", "--data", data, "--format", "sbu", "--preset", "tiny", "--out", cache];
    assertStringIncludes(
      await outputOf(...prepare),
      `Written: ${cache}, 24 clips in 3 categories, 0 left out`,
    );
    assertStringIncludes(await outputOf(...prepare), `Up to date: ${cache}, 24 clips`);
    const what = ["--split", "group:p04", "--preset", "tiny", "--category", "hugging"];
    await outputOf("train", "--data", cache, "--format", "cache", ...what, "--out", `${folder}/one`);
    await outputOf("train", "--data", data, "--format", "sbu", ...what, "--out", `${folder}/two`);
    const [one, two]: Results[] = await Promise.all(
      ["one", "two"].map(async (name) =>
        JSON.parse(await Deno.readTextFile(`${folder}/${name}/results.json`))
      ),
    );
    const scores = new Map(one.categories[0].scores.map(({ clip, score }) => [clip, score]));
    assertEquals(scores.size, 6);
    for (const { clip, score } of two.categories[0].scores) {
      assertAlmostEquals(scores.get(clip)!, score, 1e-3 * Math.abs(score));
    }
    assertStringIncludes(
      await refusalOf(...prepare.with(-1, `${folder}/other`), "--frames", "1"),
      "--frames must be an integer from 2 to 10000, got 1",
    );
  });
});

Deno.test("compare sets a preset beside every floor, with the mean AUROC that train gives", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`;
    await writeSmallData(data);
    const args = ["compare", "--data", data, "--format", "sbu", "--preset", "tiny"];
    const splits = ["--splits", "group:p04;group:p01", "--seeds", "0,1"];
    const rows: ComparedDetector[] = JSON.parse(
      await outputOf(...args, ...splits, "--json", "--out", `${folder}/all`),
    );
    assertEquals(rows.map(({ detector }) => detector).sort(), ["iadnet:preset=tiny", ...FLOORS].sort());
    const [own, ...floors] = rows;
    assertEquals([own.detector, own.seeds.length, own.difference], ["iadnet:preset=tiny", 2, undefined]);
    assertAlmostEquals(own.auroc, (own.seeds[0] + own.seeds[1]) / 2, 1e-12);
    for (const { auroc, ci, seeds, difference } of floors) {
      assertEquals(seeds.length, 1);
      assert(ci[0] <= auroc && auroc <= ci[1]);
      assertAlmostEquals(difference!.value, own.auroc - auroc, 1e-12);
      assert(difference!.ci[0] <= difference!.value && difference!.value <= difference!.ci[1]);
    }
    assertEquals(floors.map(({ auroc }) => auroc), floors.map(({ auroc }) => auroc).sort((a, b) => b - a));

    const once: ComparedDetector[] = JSON.parse(
      await outputOf(...args, "--splits", "group:p04", "--seeds", "0", "--json", "--out", `${folder}/once`),
    );
    await outputOf(...smallTrain(data, "--workers", "1", "--out", `${folder}/run`));
    const results: Results = JSON.parse(await Deno.readTextFile(`${folder}/run/results.json`));
    assertAlmostEquals(once[0].auroc, macroMean(results.categories), 1e-12);

    const table = await outputOf(...args, "--splits", "group:p04", "--seeds", "0", "--out", `${folder}/t`);
    assertStringIncludes(table, "iadnet:preset=tiny, splits group:p04, seeds 0, 24 clips of sbu");
    assertStringIncludes(table, `| iadnet:preset=tiny | ${once[0].auroc.toFixed(4)} |`);
    assertStringIncludes(
      await refusalOf(...args, "--seeds", "x"),
      "--seeds must be different integers, got x",
    );
  });
});

Deno.test("splice says for each category how well the anomalous part of a recording is found", async () => {
  await inFolder(async (folder) => {
    const args = ["splice", "--data", "0", "--format", "synthetic", "--split", "fold:5"];
    const few = ["--category", "hug,kick", "--recordings", "2"];
    const rows = (await outputOf(...args, ...few, "--json", "--out", `${folder}/a`)).trim().split("\n").map((
      line,
    ) => JSON.parse(line));
    assertEquals(rows.map(({ category, recordings }) => [category, recordings]), [["hug", 2], ["kick", 2]]);
    for (const { frameAuroc, iou } of rows) {
      assert(frameAuroc > 0.5 && frameAuroc <= 1, String(frameAuroc));
      assert(iou >= 0 && iou <= 1);
    }
    const mean = rows.reduce((sum, { frameAuroc }) => sum + frameAuroc / 2, 0);
    const table = await outputOf(...args, ...few, "--out", `${folder}/b`);
    assertStringIncludes(table, `mean                 frame AUROC ${mean.toFixed(3)}`);
    assertStringIncludes(await refusalOf(...args, "--recordings", "0"), "--recordings must be an integer");
    await Deno.mkdir(`${folder}/empty`);
    assertStringIncludes(
      await refusalOf("splice", "--data", `${folder}/empty`, "--format", "sbu", "--split", "fold:1"),
      `Cannot read ${folder}/empty as sbu`,
    );
  });
});

Deno.test("explain names frames, joints and distances, and refuses a clip that is not there", async () => {
  await inFolder(async (folder) => {
    const data = `${folder}/data`, what = ["--data", data, "--format", "sbu"];
    await writeSmallData(data);
    await outputOf(...smallTrain(data, "--category", "hugging", "--out", `${folder}/run`));
    const model = `${folder}/run/models/hugging.safetensors`, args = ["explain", "--model", model];
    const { clips } = await openDataset(data, { format: "sbu" });
    const kick = clips.find(({ category }) => category === "kicking")!;
    const text = await outputOf(...args, "--clip", kick.id);
    assert(
      /^p\d\d\/03\/\d+: score -?[\d.]+, a hugging scores -?[\d.]+ \(p0[123]\/06\/\d+\)\n/.test(text),
      text,
    );
    for (const part of ["Frames (of", "Joints of person 1:", "Joints of person 2:", "Distances (person 1"]) {
      assertStringIncludes(text, part);
    }
    assertEquals(text.trim().split("\n").length, 1 + 4 * 6);
    assertStringIncludes(
      await refusalOf(...args, "--clip", "no/such"),
      `Cannot find clip no/such in the data of ${folder}/run`,
    );
    assertStringIncludes(
      await refusalOf(...args, ...what, "--clip", "no/such"),
      `Cannot find clip no/such in ${data}`,
    );

    // A folder with other clips, among them the nearest one: the comparison stays with the clips of the training.
    const other = `${folder}/other`;
    await Deno.mkdir(`${other}/p09/06/001`, { recursive: true });
    const file = `${data}/${kick.id}/skeleton_pos.txt`;
    for (const place of [`${other}/p09/06/001`, `${other}/p09/03/001`]) {
      await Deno.mkdir(place, { recursive: true });
      await Deno.copyFile(file, `${place}/skeleton_pos.txt`);
    }
    const elsewhere = await outputOf(...args, "--data", other, "--clip", "p09/03/001");
    assertEquals(elsewhere.split("\n").slice(1), text.split("\n").slice(1));
    assertStringIncludes(elsewhere, / \(p0[123]\/06\/\d+\)/.exec(text)![0]);

    await Deno.copyFile(model, `${folder}/loose.safetensors`);
    const loose = ["explain", "--model", `${folder}/loose.safetensors`, "--clip", kick.id];
    assertStringIncludes(
      await refusalOf(...loose),
      "it is in no run that knows its training clips; give --run",
    );
    assertEquals(await outputOf(...loose, "--run", `${folder}/run`), text);
    await Deno.rename(data, `${folder}/away`);
    assertStringIncludes(await refusalOf(...args, "--clip", kick.id), "The run's data cannot be opened");
  });
});

Deno.test("benchmark detectors lists all with their options; what cannot be planned is said", async () => {
  const text = await outputOf("benchmark", "detectors"),
    all = JSON.parse(await outputOf("benchmark", "detectors", "--json"));
  assertEquals(text.trim().split("\n").length, all.length);
  for (const { name } of all) assertStringIncludes(text, name);
  const plan = [
    "benchmark",
    "plan",
    "--table",
    "III",
    "--data",
    "0",
    "--format",
    "synthetic",
    "--out",
    "no/plan",
  ];
  const cases: [string[], string][] = [
    [["benchmark"], "Cannot run benchmark without an action: expected one of plan"],
    [["benchmark", "eat"], "Cannot run benchmark eat: expected one of plan"],
    [[...plan, "--displacement", "far"], "--displacement must be"],
    [[...plan, "--measure", "--no-estimate"], "Cannot use --measure with --no-estimate"],
    [[...plan, "--seeds", "1,1"], "--seeds must be different integers, got 1,1"],
    [[...plan.with(-1, "lib")], "lib exists already"],
    [["benchmark", "collect", "--plan", "no/plan"], "no/plan"],
  ];
  for (const [args, says] of cases) assertStringIncludes(await refusalOf(...args), says);
});
