/** `report RUN RUN`: runs side by side. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../mod.ts";
import type { Results } from "../../lib/experiments/results.ts";
import { compareDetectors } from "../../lib/metrics/mod.ts";
import { gatherComparison, readRuns } from "../../lib/report/compare.ts";
import { raisesAlarm } from "../../lib/report/page/rule.js";
import { assertClean, BROWSER, openPage, withBrowser } from "../support/browser.ts";
import { outputOf, refusalOf } from "../support/cli.ts";
import { makeRun } from "../support/report_run.ts";

const folder = await Deno.makeTempDir();

let made: Promise<[string, string]> | undefined;

/** Two runs on the same clips, trained once. */
function runs() {
  return made ??= (async (): Promise<[string, string]> => {
    const places: [string, string] = [`${folder}/poses`, `${folder}/floor`];
    for (const [i, detector] of ["knn-poses", "mean-distance"].entries()) {
      await Deno.rename(await makeRun({ detector }), places[i]);
    }
    return places;
  })();
}

const cellsOf = ({ categories }: Results) =>
  categories.map(({ category, scores }) => ({ category, scores, split: "", seed: 0 }));

Deno.test("The difference of two runs is that of the metrics, and the first run has none", async () => {
  const read = await readRuns(await runs()), { runs: [first, second] } = gatherComparison(read);
  assertEquals([first.name, second.name, first.difference], ["poses", "floor", undefined]);
  const [one, two] = [...read.values()].map(cellsOf),
    { macro, categories } = compareDetectors(two, one, { seed: 0 });
  const { difference } = second;
  assertEquals(difference!.note, undefined);
  assertEquals(difference!.macro, { difference: macro.difference, ci: [macro.ci.low, macro.ci.high] });
  for (const { category, difference: own, error, adjusted } of categories) {
    assertEquals(difference!.categories[category], { difference: own, error, p: adjusted });
  }
});

Deno.test("Runs of other data, other clips or fewer categories say why they have no difference, or what it leaves out", async () => {
  const [first] = (await readRuns(await runs())).values();
  const noteOf = (other: Results) =>
    gatherComparison(new Map([["a", first], ["b", other]])).runs[1].difference!;
  const data = { ...first.data, hash: "other" };
  assertEquals(noteOf({ ...first, data }), { note: "its data is not that of the first run", categories: {} });
  const renamed = first.categories.map((own) => ({
    ...own,
    scores: own.scores.map((score) => ({ ...score, clip: `${score.clip}x` })),
  }));
  assertStringIncludes(noteOf({ ...first, categories: renamed }).note!, "no test clips in common");
  const fewer = noteOf({ ...first, categories: first.categories.slice(1) });
  assertStringIncludes(fewer.note!, `the ${first.categories.length - 1} categories with the same test clips`);
  assertEquals(Object.keys(fewer.categories), first.categories.slice(1).map(({ category }) => category));
  assertThrows(() => gatherComparison(new Map([["a", first]]), 2), UsageError, "alpha");
});

Deno.test("report of two runs writes one file beside the first, and its JSON has the alarms at alpha", async () => {
  const [first, second] = await runs(), alpha = 0.2;
  const out = JSON.parse(await outputOf("report", first, second, "--json", "--alpha", String(alpha)));
  assertEquals([out.written, out.runs, out.alpha], [[`${first}/comparison.html`], 2, alpha]);
  const results: Results = JSON.parse(await Deno.readTextFile(`${second}/results.json`));
  for (const [i, { falseAlarms, misses }] of out.alarms.floor.entries()) {
    const { scores } = results.categories[i];
    const ids = (anomalous: boolean, alarm: boolean) =>
      scores.filter((own) => own.anomalous === anomalous && raisesAlarm(own.p, alpha) === alarm).map((
        { clip },
      ) => clip);
    assertEquals([falseAlarms, misses], [ids(false, true), ids(true, false)]);
  }
  assert(Number.isFinite(out.differences.floor.macro.difference));
  const again = await outputOf("report", first, second);
  assertStringIncludes(again, `${first}/comparison-2.html`);
  const one = JSON.parse(await outputOf("report", first, "--json"));
  assertEquals([one.alpha, one.alarms.length], [0.05, results.categories.length]);
});

Deno.test("Options of a single run, a run that is named twice and a folder without a run are refused", async () => {
  const [first, second] = await runs();
  for (const option of [["--data", "x"], ["--engine", "onnx-cpu"], ["--lenient"]]) {
    assertStringIncludes(
      await refusalOf("report", first, second, ...option),
      `${option[0]} is for the report of one run`,
    );
  }
  assertStringIncludes(await refusalOf("report", first, second, second, second), "is named twice");
  assertStringIncludes(await refusalOf("report", first, folder), "Cannot open run");
});

Deno.test({
  name:
    "The page of two runs shows AUROC with intervals, differences and the clips whose alarm differs, at three widths in two themes",
  ignore: !BROWSER,
}, async () => {
  const places = await runs(), file = `${folder}/comparison.html`;
  await outputOf("report", ...places, "--out", file, "--alpha", "0.2");
  const [poses, floor] = (await readRuns(places)).values();
  await withBrowser(async (browser) => {
    for (const width of [360, 820, 1400]) {
      for (const dark of [false, true]) {
        const watched = await openPage(browser, `file://${file}`, { width, dark }), { page } = watched;
        const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth") as number;
        assert(over <= 0, `${over} pixels too wide at ${width}`);
        assertEquals(await page.evaluate("document.documentElement.dataset.theme"), dark ? "dark" : "light");
        const bars = await page.locator("section", { has: page.locator("#bars-title") }).innerText();
        for (const { auroc, ci } of [...poses.categories, ...floor.categories]) {
          assertStringIncludes(
            bars.replace(/\s+/g, " "),
            `${auroc.toFixed(3)} ${ci[0].toFixed(3)} to ${ci[1].toFixed(3)}`,
          );
        }
        for (const alpha of [0.2, 0.5]) {
          await page.locator("#alpha").fill(String(alpha));
          const differ = poses.categories.flatMap(({ category, scores }, i) => {
            const others = new Map(floor.categories[i].scores.map(({ clip, p }) => [clip, p!]));
            return scores.filter(({ clip, p }) => p! <= alpha !== others.get(clip)! <= alpha)
              .map(({ clip }) => `${clip} ${category}`);
          });
          const shown = await page.locator(".data-table tbody tr").evaluateAll((rows) =>
            (rows as { children: ArrayLike<{ textContent: string }> }[]).map(({ children }) =>
              `${children[0].textContent} ${children[2].textContent}`
            )
          );
          assertEquals(shown.sort(), differ.sort());
        }
        assertClean(watched, (own) => own === `file://${file}`);
        await page.close();
      }
    }
  });
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
