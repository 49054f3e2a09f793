import { gunzipSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { type Displayable, inlinePlotlyAgain, JUPYTER_DISPLAY } from "../../lib/plots/bundle.ts";
import { clipFigure } from "../../lib/plots/clip.ts";
import { rocFigure } from "../../lib/plots/curves.ts";
import { show, showClip } from "../../lib/plots/display.ts";
import { toSvg } from "../../lib/plots/svg.ts";
import { BROWSER, openPage, withBrowser } from "../support/browser.ts";
import { clip, randomResults } from "../support/plots_fixtures.ts";

const html = (value: Displayable) => value[JUPYTER_DISPLAY]()["text/html"] as string;

Deno.test("plotly.js is embedded once, and again only on request", () => {
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
  name: "Figures of a notebook are drawn in a page without network, and say so if plotly.js is missing",
  ignore: !BROWSER,
}, async () => {
  inlinePlotlyAgain();
  const folder = await Deno.makeTempDir(),
    [first, second] = [html(showClip(clip)), html(show(rocFigure({ run: randomResults(0) })))];
  const pages = { whole: first + second, missing: second };
  for (const [name, body] of Object.entries(pages)) {
    await Deno.writeTextFile(`${folder}/${name}.html`, `<!doctype html><meta charset="utf-8">${body}`);
  }
  await withBrowser(async (browser) => {
    const { page, errors, requests } = await openPage(browser, `file://${folder}/whole.html`);
    await page.waitForFunction("document.querySelectorAll('.main-svg').length >= 2");
    assertEquals(await page.evaluate("document.querySelectorAll('img').length"), 0);
    assertEquals(await page.evaluate("[Plotly.version, window.PlotlyLoading].join()"), "4.1.1,");
    assertEquals([errors, requests.length], [[], 1]);
    const bare = await openPage(browser, `file://${folder}/missing.html`);
    await bare.page.waitForFunction("document.body.innerText.includes('run inlinePlotlyAgain()')");
    assertEquals(await bare.page.evaluate("document.querySelector('img').naturalWidth > 0"), true);
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("A figure carries its static SVG, also within its HTML", () => {
  const figure = rocFigure({ run: randomResults(0) }),
    bundle = show(figure)[JUPYTER_DISPLAY](),
    svg = toSvg(figure);
  assertEquals(bundle["image/svg+xml"], svg);
  const [, base64] = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(bundle["text/html"] as string)!;
  assertEquals(new TextDecoder().decode(Uint8Array.fromBase64(base64)), svg);
});

Deno.test("Text from data cannot end the script or become markup", () => {
  const evil = "</script><img src=x>";
  const page = html(show(clipFigure({ ...clip, id: evil, category: evil })));
  assertEquals(page.split("<img").length, 2); // the static figure
  assert(!page.includes("<img src=x"));
  assertEquals(page.split("</script>").length, page.includes("PlotlyLoading=") ? 3 : 2);
});
