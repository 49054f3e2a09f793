/**
 * Notebooks as files: reading, what is wrong with a committed one, stripping, running.
 *
 * @module
 */
import { type CellOutput, Kernel } from "./kernel.ts";

/** Milliseconds that one cell may take before the runner gives up. */
const CELL = 300_000;

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

/** Check the types of all cells together, as one module beside the notebook; the compiler's complaints, or nothing. */
export async function checkTypes(file: string, notebook: Notebook): Promise<string[]> {
  const module = file.replace(/\.ipynb$/, ".check.tmp.ts");
  const code = notebook.cells.filter((cell) => cell.cell_type === "code").map(sourceOf);
  await Deno.writeTextFile(module, `${code.join("\n;\n")}\nexport {};\n`);
  try {
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", module],
      env: { NO_COLOR: "1" },
    }).output();
    return success ? [] : [new TextDecoder().decode(stderr).trim()];
  } finally {
    await Deno.remove(module);
  }
}

/** Run a notebook's cells in order in a kernel of its own, to the first error. */
export async function runNotebook(file: string, notebook: Notebook): Promise<NotebookRun> {
  const start = performance.now(), folder = file.includes("/") ? file.slice(0, file.lastIndexOf("/")) : ".";
  const kernel = await Kernel.start(folder);
  const cells: Cell[] = notebook.cells.map((cell) => ({ ...cell })), problems: string[] = [];
  let count = 0, figures = 0;
  try {
    for (const [i, cell] of cells.entries()) {
      if (cell.cell_type !== "code") continue;
      cell.execution_count = ++count;
      cell.outputs = await kernel.execute(sourceOf(cell), CELL);
      for (const output of cell.outputs) {
        if (output.output_type === "error") {
          problems.push(`cell ${i + 1}: ${output.ename}: ${output.evalue}`);
          continue;
        }
        const figure = "data" in output && output.data["application/vnd.plotly.v1+json"];
        if (!figure) continue;
        figures++;
        if (!(figure as { data: unknown[] }).data.length) problems.push(`cell ${i + 1}: a figure is empty`);
      }
      if (problems.length > 0) break;
    }
  } finally {
    await kernel.close();
  }
  const expected = notebook.metadata.iadnet?.figures;
  if (problems.length === 0 && figures !== expected) {
    problems.push(`expected ${expected} figures, got ${figures}`);
  }
  const seconds = (performance.now() - start) / 1000;
  return { notebook: { ...notebook, cells }, problems, figures, seconds };
}
