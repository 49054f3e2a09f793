// deno-lint-ignore-file no-console -- says why tests are skipped
/** The notebooks as users run them: in a Jupyter server, under Chromium. `IADNET_ROUNDS` says how often; once if absent. */
import { assert, assertEquals } from "@std/assert";
import { readNotebook, runNotebook, sourceOf } from "../tools/notebook.ts";
import { inFolder } from "./faults/kit.ts";
import { BROWSER, withBrowser } from "./support/browser.ts";
import { notebookOf } from "./support/notebook_of.ts";
import { hasJupyter, kindsOf, openNotebook, runInPage, startJupyter } from "./support/jupyter.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const names = [...Deno.readDirSync(`${ROOT}notebooks`)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).sort();
const rounds = Number(Deno.env.get("IADNET_ROUNDS") ?? 1);

const ignore = !BROWSER || !hasJupyter();
if (ignore) {
  console.warn(
    "Skipped: notebooks in a Jupyter server, because there is no jupyter-notebook or no chromium (apt-get install both)",
  );
}

Deno.test({
  name:
    "In a Jupyter server every notebook runs to its end, its outputs lie under their cells, and its figures are drawn",
  ignore,
  fn: () =>
    inFolder(async (home) => {
      const server = await startJupyter(ROOT, home);
      try {
        await withBrowser(async (browser) => {
          for (const name of names) {
            const file = `${ROOT}notebooks/${name}`, committed = await readNotebook(file);
            const { notebook: expected } = await runNotebook(file, committed);
            for (let round = 0; round < rounds; round++) {
              const { notebook: { cells }, drawn } = await runInPage(
                browser,
                server.addressOf(`notebooks/${name}`),
              );
              assertEquals(cells.map(sourceOf), committed.cells.map(sourceOf), name);
              assertEquals(cells.map(kindsOf), expected.cells.map(kindsOf), `${name}, round ${round}`);
              const figures = cells.map((cell) => Number(kindsOf(cell).includes("figure")));
              assertEquals(drawn.map((count) => Math.min(1, count)), figures, `${name}, round ${round}`);
            }
          }
        });
      } finally {
        await server.close();
      }
    }),
});

/** A training that would take minutes, and what the session holds. */
const CELLS = [
  'import { generateDataset, IADNet } from "@lab/iadnet";\n' +
  'import { interruptSignal } from "@lab/iadnet/plots";\n' +
  'const hugs = generateDataset({ seed: 0, clipsPerCategory: 8, categories: ["hug"] }), held = 42;\n' +
  'const detector = new IADNet({ preset: "paper" });\n"ready"',
  "await detector.fit(hugs, { seed: 0, signal: interruptSignal() })",
  "[held, detector.isFitted]",
];

Deno.test({
  name: "An interrupt ends a training that has the signal, and keeps the session",
  ignore,
  fn: () =>
    inFolder(async (home) => {
      const kernelspec = { name: "deno", display_name: "Deno", language: "typescript" };
      const notebook = notebookOf(CELLS, { kernelspec });
      await Deno.mkdir(`${home}/notebooks`);
      const imports = JSON.stringify({ links: [ROOT], imports: { "@lab/iadnet": "jsr:@lab/iadnet@^0.1.0" } });
      await Deno.writeTextFile(`${home}/notebooks/deno.json`, imports); // as README says
      await Deno.writeTextFile(`${home}/notebooks/stop.ipynb`, JSON.stringify(notebook));
      const server = await startJupyter(`${home}/notebooks`, home);
      try {
        await withBrowser(async (browser) => {
          const page = await openNotebook(browser, server.addressOf("stop.ipynb"));
          const outputs = async (cell: number) =>
            await page.evaluate(
              `JSON.stringify(Jupyter.notebook.get_cell(${cell}).output_area.toJSON())`,
            ) as string;
          const run = async (cell: number, until: string) => {
            await page.evaluate(`Jupyter.notebook.execute_cells([${cell}]); null`);
            await page.waitForFunction(until, undefined, { timeout: 60_000, polling: 100 });
          };
          const hasOutput = (cell: number) =>
            `Jupyter.notebook.get_cell(${cell}).output_area.outputs.length > 0`;
          await run(0, hasOutput(0));
          assert((await outputs(0)).includes("ready"), await outputs(0));
          await run(1, "Jupyter.notebook.kernel_busy");
          await page.waitForTimeout(3000);
          await page.evaluate("Jupyter.notebook.kernel.interrupt(); null");
          await page.waitForFunction(hasOutput(1), undefined, { timeout: 60_000 });
          assert((await outputs(1)).includes("The cell was interrupted"), await outputs(1));
          await run(2, hasOutput(2));
          assert((await outputs(2)).includes("[ 42, false ]"), await outputs(2));
        });
      } finally {
        await server.close();
      }
    }),
});
