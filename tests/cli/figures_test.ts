import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { syntheticDataset } from "../../lib/data/synthetic/mod.ts";
import { makePlan } from "../../lib/experiments/benchmark.ts";
import { writeManifest } from "../../lib/experiments/manifest.ts";
import { RunFolder } from "../../lib/experiments/run_folder.ts";
import { runCells } from "../../lib/experiments/runner.ts";
import { TABLES } from "../../lib/experiments/tables/table.ts";
import { aurocFigure } from "../../lib/plots/auroc.ts";
import { toPdf } from "../../lib/plots/pdf.ts";
import { toSvg } from "../../lib/plots/svg.ts";
import { inFolder } from "../faults/kit.ts";
import { outputOf, runCli } from "../support/cli.ts";
import { makeRun, sumFiles } from "../support/report_run.ts";
import { randomResults } from "../support/plots_fixtures.ts";

/** Names of files with some endings, sorted. */
const files = (stems: readonly string[], endings: readonly string[]) =>
  stems.flatMap((stem) => endings.map((ending) => `${stem}.${ending}`));
const FIGURE = ["json", "pdf", "svg"], TABLE = ["csv", "json", "md", "tex"];
const list = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("`figures` writes SVG, PDF and plotly JSON of a run, equal to the library's figures, and names what it cannot", async () => {
  const run = randomResults(0), folder = await Deno.makeTempDir(), out = `${folder}/figures`;
  await Deno.mkdir(`${folder}/mine`);
  await Deno.writeTextFile(`${folder}/mine/results.json`, JSON.stringify(run));
  await sumFiles(`${folder}/mine`, ["results.json"]);
  const done = await runCli(["figures", `${folder}/mine/`, "--out", out, "--columns", "1", "--quiet"]);
  assertEquals([done.code, done.err], [0, ""]);
  assertEquals(
    list(out),
    [...files(["auroc", "histogram", "roc"], FIGURE), ...files(["table-I"], TABLE)].sort(),
  );
  const [written, ...missing] = done.out.trim().split("\n");
  assertStringIncludes(written, `Written: ${out}/auroc.svg, ${out}/auroc.pdf`);
  assertEquals(missing.map((line) => /^Not written: ([^:]+): ./.exec(line)?.[1]), [
    ...["Figure 3", "Figure 3, poses", "Table II", "Table III", "Table IV", "Table IV's scatter", "Table V"],
    ...["Figure 4", "Figure 5"],
  ]);
  assertStringIncludes(missing[0], "The run does not say where its data is: give --data and --format");
  const figure = aurocFigure({ mine: run });
  assertEquals(JSON.parse(await Deno.readTextFile(`${out}/auroc.json`)), JSON.parse(JSON.stringify(figure)));
  assertEquals(await Deno.readTextFile(`${out}/auroc.svg`), toSvg(figure, { columns: 1 }));
  assertEquals(await Deno.readFile(`${out}/auroc.pdf`), await toPdf(figure, { columns: 1 }));
  const named = JSON.stringify(run).replaceAll('"hug"', '"握手"');
  await Deno.writeTextFile(`${folder}/mine/results.json`, named);
  await sumFiles(`${folder}/mine`, ["results.json"]);
  const { err } = await runCli(["figures", `${folder}/mine`, "--out", `${folder}/named`, "--quiet"]);
  assertStringIncludes(err, "PDF files have ? in place of 握 手, which Helvetica lacks");
  await Deno.writeTextFile(`${folder}/mine/results.json`, JSON.stringify(run));
  await sumFiles(`${folder}/mine`, ["results.json"]);
  const changed = JSON.stringify(run).replace(/0\.(\d)/, (_, digit) => `0.${(Number(digit) + 1) % 10}`);
  await Deno.writeTextFile(`${folder}/mine/results.json`, changed);
  const forged = await runCli(["figures", `${folder}/mine`, "--out", out]);
  assertEquals([forged.code, forged.err.includes("checksum mismatch")], [2, true], forged.err);
  await Deno.writeTextFile(`${folder}/mine/results.json`, JSON.stringify({ categories: [] }));
  for (
    const args of [
      [`${folder}/mine`, "--out", out],
      [`${folder}/none`, "--out", out],
      ["--out", out],
      [`${folder}/mine`],
      [`${folder}/mine`, "--out", out, "--columns", "3"],
    ]
  ) {
    const { code, err } = await runCli(["figures", ...args]);
    assertEquals(code, 2, err);
    assert(/^(UsageError|DataError): Cannot /.test(err), err);
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("`figures` of a plan and a run writes every figure and table of the paper, confined", async () => {
  await inFolder(async (root) => {
    const categories = ["handshake", "hug", "kick", "push"],
      source = { seed: 3, clipsPerCategory: 6, categories };
    const dataset = syntheticDataset(source), plan = `${root}/plan`;
    const manifest = makePlan({
      ...{
        tables: TABLES,
        dataset,
        source: { synthetic: source },
        splits: ["fold:1"],
        seeds: [0, 1],
        engine: "onnx-cpu",
      },
      ...{ preset: "tiny", ablated: "tiny", threads: 1, reading: "path" },
      detectors: ["iadnet:preset=tiny", "knn-poses", "clip-length"],
    });
    await Deno.mkdir(plan);
    await writeManifest(plan, manifest);
    const none = JSON.parse(await outputOf("figures", plan, "--out", `${root}/none`, "--json", "--quiet"));
    assertEquals(none.written, []);
    assertStringIncludes(none.missing["Figure 3"], "has no result of an IADNet");
    assertStringIncludes(none.missing["Table III"], `have no result: benchmark run --plan ${plan} --cell `);

    await runCells(manifest, { folder: new RunFolder(plan, manifest), dataset });
    const out = `${root}/figures`,
      whole = JSON.parse(await outputOf("figures", plan, "--out", out, "--json", "--quiet"));
    assertEquals(whole.missing, {});
    const figures = [
      "auroc",
      "roc",
      "histogram",
      "figure-3",
      "figure-3-poses",
      "figure-4",
      "figure-5",
      "displacement",
    ];
    const expected = [...files(figures, FIGURE), ...files(TABLES.map((name) => `table-${name}`), TABLE)]
      .sort();
    assertEquals(list(out), expected);
    assertEquals(whole.written.toSorted(), expected.map((name) => `${out}/${name}`));
    await outputOf("benchmark", "collect", "--plan", plan, "--quiet");
    for (const name of files(TABLES.map((name) => `table-${name}`), TABLE)) {
      assertEquals(
        await Deno.readTextFile(`${plan}/${name}`),
        await Deno.readTextFile(`${out}/${name}`),
        name,
      );
    }
    const scatter = JSON.parse(await Deno.readTextFile(`${out}/displacement.json`));
    const { rows } = JSON.parse(await Deno.readTextFile(`${out}/table-IV.json`));
    const numbers = (figures: { value: number }[]) => figures.map(({ value }) => value);
    const points = categories.map((category) => {
      const i = scatter.data[0].text.indexOf(category);
      return [scatter.data[0].x[i], scatter.data[1].y[i], scatter.data[0].y[i]];
    });
    const table = categories.map((category) =>
      numbers(rows.find(({ method }: { method: string }) => method === category).figures)
    );
    points.flat().forEach((value, i) => assert(Math.abs(value - table.flat()[i]) < 1e-12));

    const run = await makeRun();
    const two = JSON.parse(await outputOf("figures", plan, run, "--out", `${root}/two`, "--json", "--quiet"));
    assert(two.written.includes(`${root}/two/roc-2.svg`) && two.written.includes(`${root}/two/figure-5.pdf`));
    assertEquals(
      Object.keys(two.missing),
      ["II", "III", "IV", "V"].flatMap((name) =>
        [`Table ${name}`, ...name === "IV" ? ["Table IV's scatter"] : []].map((own) => `${own} of data set 2`)
      ),
    );
    const twice = await runCli(["figures", run, run, "--out", `${root}/x`]);
    assertEquals([twice.code, twice.err.includes("is named twice")], [2, true]);
    const unknown = await runCli(["figures", run, "--category", "hug,dive", "--out", `${root}/x`]);
    assertStringIncludes(unknown.err, "Cannot draw category dive: expected one of hug, kick, wave");
    await Deno.remove(`${run}/..`, { recursive: true });
  });
});
