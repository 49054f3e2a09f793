import { gunzipSync } from "node:zlib";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  aurocFigure,
  clipFigure,
  type Displayable,
  generateClip,
  IADNet,
  inlinePlotlyAgain,
  JUPYTER_DISPLAY,
  liveTraining,
  type MimeBundle,
  show,
  showClip,
  showComparison,
  showHistogram,
  showResults,
  showRoc,
  toSvg,
  UsageError,
} from "../../mod.ts";
import { BROWSER, openPage, withBrowser } from "../support/browser.ts";
import { runCli } from "../support/cli.ts";
import { randomResults } from "../support/plots_fixtures.ts";

const run = randomResults(0), clip = generateClip({ category: "hug", seed: 0 });
const html = (value: Displayable) => value[JUPYTER_DISPLAY]()["text/html"] as string;

Deno.test("plotly.js is written once, and again only if that is asked for", () => {
  inlinePlotlyAgain();
  const first = html(showClip(clip)), second = html(showClip(clip));
  const { imports } = JSON.parse(Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)));
  const [, version] = imports["plotly.js-dist"].split("@");
  const packed = Uint8Array.fromBase64(/atob\("([^"]+)"\)/.exec(first)![1]);
  assert(new TextDecoder().decode(gunzipSync(packed)).includes(`plotly.js v${version}`), "as deno.json pins");
  assert(first.length > 1e6 && first.length < 3e6, "a long message is not safe in the kernel");
  assert(second.length < 1e5 && second.includes("Plotly.newPlot"));
  inlinePlotlyAgain();
  assert(html(showClip(clip)).length > 1e6);
});

Deno.test({
  name:
    "Figures of a notebook draw themselves in a page without network, and say so where plotly.js is missing",
  ignore: !BROWSER,
}, async () => {
  inlinePlotlyAgain();
  const folder = await Deno.makeTempDir(), [first, second] = [html(showClip(clip)), html(showRoc(run))];
  const pages = { whole: first + second, missing: second };
  for (const [name, body] of Object.entries(pages)) {
    await Deno.writeTextFile(`${folder}/${name}.html`, `<!doctype html><meta charset="utf-8">${body}`);
  }
  await withBrowser(async (browser) => {
    const { page, errors, requests } = await openPage(browser, `file://${folder}/whole.html`);
    await page.waitForFunction("document.querySelectorAll('.main-svg').length >= 2");
    assertEquals(await page.evaluate("[Plotly.version, window.PlotlyLoading].join()"), "4.1.1,");
    assertEquals([errors, requests.length], [[], 1]);
    const bare = await openPage(browser, `file://${folder}/missing.html`);
    await bare.page.waitForFunction("document.body.innerText.includes('run inlinePlotlyAgain()')");
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("Everything that shows itself is HTML, a plotly figure and text with the caption", () => {
  const all = [
    showClip(clip),
    showClip(clip, { animated: true }),
    showResults(run),
    showResults({ one: run, two: randomResults(1) }),
    showRoc(run),
    showHistogram(run),
    showComparison([{ detector: "a", auroc: 0.9, ci: [0.8, 1] }], { preset: "tiny", seeds: [0] }, "1 split"),
  ];
  for (const value of all) {
    const bundle = value[JUPYTER_DISPLAY]();
    const plotly = bundle["application/vnd.plotly.v1+json"] as { data: unknown[] };
    assert(plotly.data.length > 0);
    assert((bundle["text/html"] as string).includes("n = "));
    assert((bundle["text/plain"] as string).includes("n = "));
  }
  const moving = showClip(clip, { animated: true })[JUPYTER_DISPLAY]();
  assert((moving["application/vnd.plotly.v1+json"] as { frames: unknown[] }).frames.length > 10);
});

Deno.test("No text of the data can end the script or become markup", () => {
  const evil = "</script><img src=x>";
  const page = html(show(clipFigure({ ...clip, id: evil, category: evil })));
  assertEquals(page.split("<img").length, 1);
  assertEquals(page.split("</script>").length, page.includes("PlotlyLoading=") ? 3 : 2);
});

Deno.test("A detector shows its preset and state, and once fitted its category, skeleton and calibration", async () => {
  const detector = new IADNet({ preset: "tiny", engine: "onnx-cpu", threads: 1 });
  const text = () => (detector[JUPYTER_DISPLAY]() as MimeBundle)["text/plain"] as string;
  assert(text().includes("tiny") && text().includes("not fitted"));
  const clips = [0, 1, 2, 3, 4, 5].map((seed) => generateClip({ category: "hug", seed }));
  await detector.fit(clips.map((clip, i) => ({ ...clip, id: `${i}` })), { seed: 4 });
  for (
    const part of [
      "category: hug",
      "sbu15, 15 joints",
      "seed: 4",
      `least p ${detector.smallestP.toPrecision(2)}`,
    ]
  ) {
    assert(text().includes(part), `${part} in ${text()}`);
  }
});

Deno.test("A live curve shows its last step when it is done, in place of its first picture", async () => {
  inlinePlotlyAgain();
  const shown = new Map<string, MimeBundle>();
  const output = (bundle: MimeBundle, { display_id, update }: { display_id: string; update: boolean }) => {
    assertEquals(shown.has(display_id), update);
    shown.set(display_id, bundle);
    return Promise.resolve();
  };
  const live = liveTraining({ preset: "tiny", seeds: [0] }, { every: 1e6, output });
  for (let step = 1; step <= 5; step++) live.onProgress({ step, loss: 10 - step, featureStd: 1 });
  await live.done();
  const [loader, figure] = [...shown.values()];
  assertEquals(shown.size, 2);
  assert((loader["text/html"] as string).length > 1e6);
  const { data } = figure["application/vnd.plotly.v1+json"] as { data: { y: number[] }[] };
  assertEquals(data[0].y, [9, 8, 7, 6, 5]);
  assertThrows(() => liveTraining({ preset: "tiny", seeds: [0] }), UsageError, "no notebook");
});

Deno.test("`figures` writes SVG and plotly JSON of a run, equal to the library's figures", async () => {
  const folder = await Deno.makeTempDir(), out = `${folder}/figures`;
  await Deno.mkdir(`${folder}/mine`);
  await Deno.writeTextFile(`${folder}/mine/results.json`, JSON.stringify(run));
  const done = await runCli(["figures", `${folder}/mine/`, "--out", out, "--columns", "1"]);
  assertEquals([done.code, done.err], [0, ""]);
  assertEquals([...Deno.readDirSync(out)].map(({ name }) => name).sort(), [
    "auroc.json",
    "auroc.svg",
    "histogram.json",
    "histogram.svg",
    "roc.json",
    "roc.svg",
  ]);
  const figure = aurocFigure({ mine: run });
  assertEquals(JSON.parse(await Deno.readTextFile(`${out}/auroc.json`)), JSON.parse(JSON.stringify(figure)));
  assertEquals(await Deno.readTextFile(`${out}/auroc.svg`), toSvg(figure, { columns: 1 }));
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
