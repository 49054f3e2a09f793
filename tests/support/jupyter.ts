/** Notebooks in a real Jupyter server under Chromium, as users run them. */
import type { Browser, Page } from "playwright-core";
import type { Cell, Notebook } from "../../tools/notebook.ts";
import { freePort } from "./free_port.ts";

/** Longest time that one notebook may take, milliseconds. */
const LIMIT = 300_000;

/** Longest time that figures may take to be drawn after the last cell, milliseconds. */
const DRAWING = 60_000;

/** A Jupyter server with the Deno kernel, on a free port. Close it in the end. */
export interface JupyterServer {
  /** Address of a notebook of its folder. */
  addressOf(name: string): string;
  close(): Promise<void>;
}

/** Whether there is a Jupyter server of Debian's `jupyter-notebook`. */
export function hasJupyter(): boolean {
  try {
    return new Deno.Command("jupyter-notebook", { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Start a server.
 * @param folder The folder of the notebooks. @param home A folder for the server's own files. */
export async function startJupyter(folder: string, home: string): Promise<JupyterServer> {
  const spec = `${home}/data/kernels/deno`, token = crypto.randomUUID(), port = freePort();
  await Deno.mkdir(spec, { recursive: true });
  const argv = [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"];
  await Deno.writeTextFile(
    `${spec}/kernel.json`,
    JSON.stringify({ argv, display_name: "Deno", language: "typescript" }),
  );
  const child = new Deno.Command("jupyter-notebook", {
    args: [
      ...[
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        `--port=${port}`,
        "--port-retries=0",
        `--NotebookApp.token=${token}`,
      ],
      ...[`--notebook-dir=${folder}`, "--NotebookApp.iopub_data_rate_limit=1e9"],
    ],
    env: {
      NO_COLOR: "1",
      HOME: home,
      DENO_DIR: await denoDirectory(),
      JUPYTER_DATA_DIR: `${home}/data`,
      JUPYTER_CONFIG_DIR: `${home}/config`,
      JUPYTER_RUNTIME_DIR: `${home}/runtime`,
    },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes(`http://127.0.0.1:${port}/`)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`Cannot start Jupyter: ${said}`);
    said += value;
  }
  const drained = (async () => {
    while (!(await reader.read()).done);
  })();
  return {
    addressOf: (name) => `http://127.0.0.1:${port}/notebooks/${name}?token=${token}`,
    close: async () => {
      child.kill("SIGTERM");
      await child.status;
      await drained;
    },
  };
}

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** A notebook that was run in a page. */
export interface PageRun {
  /** The notebook with its outputs. */
  readonly notebook: Notebook;
  /** Number of figures that are drawn below each cell: by plotly, or as SVG. */
  readonly drawn: readonly number[];
}

/** Open a notebook in a page, and wait for its kernel. */
export async function openNotebook(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  page.on("dialog", (dialog) => dialog.accept().catch(() => {}));
  await page.goto(address);
  const ready = "window.Jupyter?.notebook?._fully_loaded && Jupyter.notebook.kernel?.is_connected() || false";
  await page.waitForFunction(ready, undefined, { timeout: 60_000 });
  return page;
}

/** Run all cells of a notebook in a kernel of its own, as the menu does. */
export async function runInPage(browser: Browser, address: string): Promise<PageRun> {
  const page = await openNotebook(browser, address);
  try {
    await page.evaluate("Jupyter.notebook.clear_all_output(); Jupyter.notebook.execute_all_cells(); null");
    const isDone = "Jupyter.notebook.get_cells().filter((cell) => cell.cell_type === 'code')" +
      ".every((cell) => typeof cell.input_prompt_number === 'number') && !Jupyter.notebook.kernel_busy";
    await page.waitForFunction(isDone, undefined, { timeout: LIMIT, polling: 200 });
    await page.waitForTimeout(1000); // what comes after the last cell
    const notebook = await notebookOf(page),
      counts = "Jupyter.notebook.get_cells().map((cell) => " +
        "cell.element[0].querySelectorAll('.output .main-svg:first-child, .output_svg svg').length)";
    const figures = notebook.cells.filter((cell) => kindsOf(cell).includes("figure")).length;
    const isDrawn = `${counts}.filter((count) => count > 0).length >= ${figures}`;
    await page.waitForFunction(isDrawn, undefined, { timeout: DRAWING, polling: 200 }).catch(() => {}); // the counts tell
    return { notebook, drawn: await page.evaluate(counts) as number[] };
  } finally {
    await page.evaluate(
      "new Promise((done) => Jupyter.notebook.session.delete(done, done)).then(() => null)",
    );
    await page.context().close();
  }
}

async function notebookOf(page: Page): Promise<Notebook> {
  return JSON.parse(await page.evaluate("JSON.stringify(Jupyter.notebook.toJSON())") as string);
}

/** What a cell shows, without what varies between runs: the kinds of its outputs. Streams of one name count once. */
export function kindsOf({ outputs = [] }: Cell): string[] {
  const kinds = outputs.map((output) =>
    output.output_type === "stream"
      ? `stream ${output.name}`
      : output.output_type === "error"
      ? `error ${output.ename}: ${output.evalue}`
      : Object.keys(output.data).includes("application/vnd.plotly.v1+json")
      ? "figure"
      : Object.keys(output.data).sort().join()
  );
  return [...new Set(kinds)].sort();
}
