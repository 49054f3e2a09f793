/**
 * Notebooks as files: reading, what is wrong with a committed one, stripping, running.
 *
 * @module
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** Seconds that one cell may take. */
const CELL = 300;

/** One output of a cell. */
export type CellOutput =
  | { output_type: "stream"; name: string; text: string | string[] }
  | { output_type: "display_data" | "execute_result"; data: Record<string, unknown> }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** One cell. */
export interface Cell {
  cell_type: "markdown" | "code";
  id: string;
  metadata: Record<string, unknown>;
  source: string[] | string;
  outputs?: CellOutput[];
  execution_count?: number | null;
}

/** A notebook (nbformat 4.5). `metadata.iadnet.figures` says how many figures it shows. */
export interface Notebook {
  cells: Cell[];
  metadata: { iadnet?: { figures: number }; [key: string]: unknown };
  nbformat: number;
  nbformat_minor: number;
}

/** What a run of a notebook gave. */
export interface NotebookRun {
  /** The notebook with its outputs. */
  readonly notebook: Notebook;
  /** What went wrong; empty if nothing did. */
  readonly problems: readonly string[];
  /** Figures that were shown. */
  readonly figures: number;
  readonly seconds: number;
}

/** Read a notebook. */
export async function readNotebook(file: string): Promise<Notebook> {
  return JSON.parse(await Deno.readTextFile(file));
}

/** A cell's code or prose. */
export function sourceOf({ source }: Cell): string {
  return typeof source === "string" ? source : source.join("");
}

/** What keeps a notebook from being committed: outputs, execution counts, no number of figures. */
export function blemishes({ cells, metadata }: Notebook): string[] {
  const found = cells.flatMap((cell, i) =>
    cell.cell_type === "code" && (cell.outputs?.length !== 0 || cell.execution_count !== null)
      ? [`cell ${i + 1} has outputs or a count: run \`deno task notebooks --strip\``]
      : []
  );
  if (!Number.isInteger(metadata.iadnet?.figures)) found.push("metadata.iadnet.figures is missing");
  return found;
}

/** The notebook without outputs and counts, as it is committed. */
export function stripNotebook(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell): Cell =>
    cell.cell_type === "code" ? { ...cell, outputs: [], execution_count: null } : cell
  );
  return { ...notebook, cells };
}

/** A notebook as the text of its file. */
export function notebookText(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/** Check the types of notebooks, each as one module beside its file; the compiler's message for all of them, or "". */
export async function checkTypes(notebooks: Readonly<Record<string, Notebook>>): Promise<string> {
  const modules: string[] = [];
  try {
    for (const [file, { cells }] of Object.entries(notebooks)) {
      const code = cells.filter((cell) => cell.cell_type === "code").map(sourceOf);
      modules.push(file.replace(/\.ipynb$/, ".check.tmp.ts"));
      await Deno.writeTextFile(modules.at(-1)!, `${code.join("\n;\n")}\nexport {};\n`);
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", ...modules],
      env: { NO_COLOR: "1" },
    }).output();
    return success ? "" : new TextDecoder().decode(stderr).trim();
  } finally {
    for (const module of modules) await Deno.remove(module);
  }
}

/** Find a Python that can run notebooks; undefined if there is none (`apt-get install python3-nbclient`). */
export function findPython(): string | undefined {
  return ["python3", "/usr/bin/python3"].find((python) => {
    try {
      return new Deno.Command(python, { args: ["-c", "import nbclient"], stderr: "null" }).outputSync()
        .success;
    } catch {
      return false;
    }
  });
}

/** Run a notebook's cells in order in a kernel of its own, to the first error. The kernel works in the notebook's folder.
 *
 * @throws {Error} If no Python can run it, or no kernel starts. */
export async function runNotebook(file: string, notebook: Notebook): Promise<NotebookRun> {
  const start = performance.now(), run = await execute(dirname(file), notebook), problems: string[] = [];
  let figures = 0;
  for (const [i, { outputs = [] }] of run.cells.entries()) {
    for (const output of outputs) {
      if (output.output_type === "error") {
        problems.push(`cell ${i + 1}: ${output.ename}: ${output.evalue}`);
        continue;
      }
      const figure = "data" in output && output.data["application/vnd.plotly.v1+json"];
      if (!figure) continue;
      figures++;
      if (!(figure as { data: unknown[] }).data.length) problems.push(`cell ${i + 1}: a figure is empty`);
    }
  }
  const expected = notebook.metadata.iadnet?.figures;
  if (problems.length === 0 && figures !== expected) {
    problems.push(`expected ${expected} figures, got ${figures}`);
  }
  return { notebook: run, problems, figures, seconds: (performance.now() - start) / 1000 };
}

/** The notebook with the outputs of its cells. */
async function execute(cwd: string, notebook: Notebook): Promise<Notebook> {
  const python = findPython();
  if (!python) {
    throw new Error("Cannot run notebooks: no Python with nbclient (apt-get install python3-nbclient)");
  }
  const child = new Deno.Command(python, {
    args: [fileURLToPath(new URL("execute.py", import.meta.url)), Deno.execPath(), `${CELL}`],
    cwd,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [{ success, stdout, stderr }] = await Promise.all([
    child.output(),
    new Blob([notebookText(notebook)]).stream().pipeTo(child.stdin).catch(() => {}), // it has ended: see below
  ]);
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot run a notebook: ${decoder.decode(stderr).trim()}`);
  return JSON.parse(decoder.decode(stdout));
}
