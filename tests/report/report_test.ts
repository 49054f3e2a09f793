import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { auroc, DataError, generateDataset } from "../../mod.ts";
import type { CategoryResult, Results } from "../../lib/experiments/results.ts";
import { chooseClips, chooseExtent } from "../../lib/report/choose.ts";
import { encode, playedClip } from "../../lib/report/encode.ts";
import { gatherReport } from "../../lib/report/gather.ts";
import { contentPolicy, joinModules, renderReport, scriptJson } from "../../lib/report/html.ts";
import { openRun } from "../../lib/report/run.ts";
import { bytes, float64, histogram, int16, rocCorners, ticks } from "../../lib/report/page/numbers.js";
import { sides, unpackRows } from "../../lib/report/page/rows.js";
import { projection } from "../../lib/report/page/view.js";
import type { ReportData } from "../../lib/report/types.ts";
import { runCli } from "../support/cli.ts";
import { makeRun, sumFiles } from "../support/report_run.ts";

let made: Promise<{ folder: string; data: ReportData; results: Results }> | undefined;

/** The run of these tests, gathered once. */
function report() {
  return made ??= (async () => {
    const folder = await makeRun(), run = await openRun(folder);
    const data = await gatherReport(run).finally(() => run.engine.close());
    return { folder, data, results: JSON.parse(await Deno.readTextFile(`${folder}/results.json`)) };
  })();
}

Deno.test("every number of a report is that of results.json", async () => {
  const { data, results } = await report();
  const keys = [
    "version",
    "detector",
    "engine",
    "seed",
    "split",
    "data",
    "macro",
    "floors",
  ] as const;
  for (const key of keys) assertEquals(data[key], results[key]);
  for (const [i, category] of data.categories.entries()) {
    const { scores, ...rest }: CategoryResult = results.categories[i],
      { clips, anomalous, scores: packed, p, ...own } = category;
    assertEquals(own, rest);
    for (const shown of data.cases.filter((shown) => shown.category === category.category)) {
      const { p } = scores.find(({ clip }) => clip === data.clips[shown.clip].id)!;
      assertEquals([shown.p, shown.smallestP], [p, rest.smallestP]);
    }
    const flags = bytes(anomalous);
    const values = float64(packed), places = new Uint32Array(bytes(clips).buffer);
    assertEquals(
      scores,
      Array.from(values, (score, k) => ({
        clip: data.ids[places[k]],
        score,
        anomalous: flags[k] === 1,
        p: float64(p!)[k],
      })),
    );
  }
});

Deno.test("the area under the drawn ROC is the AUROC, ties among the scores or not", async () => {
  const { data } = await report();
  const area = (corners: [number, number][]) =>
    corners.slice(1).reduce((sum, [x, y], i) => sum + (x - corners[i][0]) * (y + corners[i][1]) / 2, 0);
  for (const category of data.categories) {
    const rows = unpackRows(data).filter(({ model }) => model === category.category);
    assert(Math.abs(area(rocCorners(...sides(rows))) - category.auroc) < 1e-12);
  }
  const normals = Float64Array.of(1, 1, 2, 3), anomalies = Float64Array.of(1, 2, 2, 5);
  assert(Math.abs(area(rocCorners(normals, anomalies)) - auroc(normals, anomalies)) < 1e-12);
});

Deno.test("the clips of a category are its highest normal and lowest anomalous scores, in order, each once", async () => {
  const { results } = await report(), category: CategoryResult = results.categories[0];
  const chosen = chooseClips(category, { worst: 3, typical: 1, frames: 60, points: 8 });
  const of = (kind: string) => chosen.filter((choice) => choice.kind === kind).map(({ clip }) => clip.score);
  const all = (anomalous: boolean) =>
    category.scores.filter((s) => s.anomalous === anomalous).map(({ score }) => score).sort((a, b) => a - b);
  assertEquals(of("highest normal"), all(false).reverse().slice(0, 3));
  assertEquals(of("lowest anomaly"), all(true).slice(0, 3));
  assertEquals(new Set(chosen.map(({ clip }) => clip.clip)).size, chosen.length);
  const few = { ...category, scores: category.scores.slice(0, 2) };
  assertEquals(chooseClips(few, { worst: 3, typical: 1, frames: 60, points: 8 }).length, 2);
});

Deno.test("more joints and more categories show less", async () => {
  const { results } = await report();
  const many = Array.from({ length: 14 }, () => results.categories).flat();
  const little = chooseExtent(many, 64, 300), much = chooseExtent(results.categories, 15, 60);
  assert(little.worst < much.worst && little.frames < much.frames && little.worst >= 1);
});

Deno.test("a played clip is the prepared one to within half a step", () => {
  const [clip] = generateDataset({ seed: 3, clipsPerCategory: 1, categories: ["hug"] });
  const played = playedClip(clip, 20), values = int16(played.joints), width = clip.skeleton.joints.length * 3;
  assertEquals([played.kept, values.length], [20, 20 * 2 * width]);
  assert(played.step < 1e-3);
  const root = clip.skeleton.pelvis[0] * 3,
    apart = (t: number) =>
      [0, 1, 2].map((k) => values[2 * t * width + root + k] - values[(2 * t + 1) * width + root + k]);
  const truth = [0, 1, 2].map((k) => clip.x[root + k] - clip.y[root + k]);
  assert(Math.abs(Math.hypot(...apart(0)) * played.step - Math.hypot(...truth)) < 4 * played.step);
});

Deno.test("histograms hold every value once, and steps are round", () => {
  const counts = histogram([0, 0.1, 0.5, 1, 9], 0, 1, 4);
  assert(Math.abs(counts.reduce((a, b) => a + b) - 1) < 1e-12);
  assertEquals(ticks(0.13, 0.98, 4), [0.2, 0.4, 0.6, 0.8]);
});

Deno.test("a camera that is turned once around sees the same", () => {
  const at = (yaw: number) => projection({ yaw, pitch: 0.2, zoom: 1 }, [0, 1, 0], 2)(0.4, 1.3, -0.2);
  at(0.3).forEach((value, k) => assert(Math.abs(value - at(0.3 + 2 * Math.PI)[k]) < 1e-9));
  assertEquals(
    projection({ yaw: 0.7, pitch: 0.2, zoom: 1 }, [0, 1, 0], 2)(0, 1, 0).slice(0, 2).map(Math.abs),
    [0, 0],
  );
});

Deno.test("no text of a run can end the block of data", async () => {
  const { data } = await report(), bad = `</script><script>alert("\u2028")<!--`;
  const html = renderReport({ ...data, name: bad });
  assertEquals(html.split("</script>").length, 3);
  assert(!html.includes('alert("\u2028'));
  assertEquals(JSON.parse(scriptJson({ bad })), { bad });
});

Deno.test("a page may load nothing but its own script and style", () => {
  assertStringIncludes(contentPolicy(false), "default-src 'none'");
  assert(!contentPolicy(false).includes("connect-src") && !contentPolicy(false).includes("unsafe"));
  assertStringIncludes(contentPolicy(true), "connect-src 'self'");
});

Deno.test("the page's modules have no name in common, and no import is left", () => {
  const script = joinModules();
  const names = [...script.matchAll(/^(?:async )?(?:function|const|let|class) (\w+)/gm)].map(([, name]) =>
    name
  );
  assertEquals(names.filter((name, i) => names.indexOf(name) !== i), []);
  assert(!/^(import|export) /m.test(script));
});

Deno.test("a report of the command line is one file that asks for nothing", async () => {
  const { folder } = await report();
  const { code, out, err } = await runCli(["report", folder, "--figures", `${folder}/figures`]);
  assertEquals(code, 0, err);
  assertStringIncludes(out, "test clips");
  const html = await Deno.readTextFile(`${folder}/report.html`);
  assertEquals([...html.matchAll(/(?:src|href)="(?!data:,")/g)].length, 0);
  const drawn = (await Array.fromAsync(Deno.readDir(`${folder}/figures`))).map(({ name }) => name).sort();
  assertEquals(drawn.filter((name) => name.endsWith(".svg")), ["auroc.svg", "histogram.svg", "roc.svg"]);
});

Deno.test("a report without its data says so, and with other data refuses", async () => {
  const folder = await makeRun(), file = `${folder}/source.json`;
  const open = async () => {
    const run = await openRun(folder);
    await run.engine.close();
    return run;
  };
  const gone = { path: "/nowhere", options: { format: "sbu" }, treatments: [] };
  await Deno.writeTextFile(file, JSON.stringify(gone));
  await assertRejects(open, DataError, `Cannot read ${file}: checksum mismatch`);
  await sumFiles(folder);
  assertStringIncludes((await open()).note!, "cannot be opened");
  await Deno.writeTextFile(file, JSON.stringify({ synthetic: { seed: 1 } }));
  await sumFiles(folder);
  await assertRejects(open, DataError, "SHA-256");
  await assertRejects(() => openRun(`${folder}/nothing`), DataError, "Cannot open run");
});

Deno.test("report without a run, with half a source or a wrong alpha exits with 2", async () => {
  for (const args of [["report"], ["report", "x", "--data", "y"], ["report", "x", "--alpha", "2"]]) {
    assertEquals((await runCli(args)).code, 2);
  }
});

Deno.test("base64 of a view holds the view alone", () => {
  const whole = Float64Array.of(1, 2, 3);
  assertEquals([...float64(encode(whole.subarray(1)))], [2, 3]);
});

Deno.test("a model that reads windows shows the score of every frame, another what the frames add", async () => {
  const { data } = await report();
  assertEquals(new Set(data.cases.map(({ curve }) => curve!.kind)), new Set(["running"]));
  const run = await openRun(await makeRun({ detector: "iadnet:preset=window,epochs=4" }));
  const { cases, clips } = await gatherReport(run).finally(() => run.engine.close());
  for (const { clip, curve } of cases) {
    assertEquals(curve!.kind, "frames");
    assertEquals(atob(curve!.values).length / 4, clips[clip].frames);
  }
});
