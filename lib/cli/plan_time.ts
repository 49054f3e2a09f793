/** The time of a plan: projected from a few steps of one cell, or of a cell of each detector. */
import type { Dataset } from "../data/dataset.ts";
import { type Cell, nameOf } from "../experiments/cell.ts";
import { type CellTime, measureCell } from "../experiments/estimate.ts";
import type { RunManifest } from "../experiments/manifest.ts";
import { workOf } from "./cell_progress.ts";
import { duration } from "./duration.js";
import { stage } from "./progress.ts";

/** Time of a plan with one worker. */
export interface PlanTime {
  readonly seconds: number;
  /** For the user. */
  readonly text: string;
  /** Time of one cell, and number of cells, of each detector that was measured. */
  readonly detectors: Readonly<Record<string, CellTime & { readonly cells: number }>>;
}

/** Project the time of all cells from one: of IADNet, or else the first of those that are trained. */
export async function timeLikeOne(manifest: RunManifest, dataset: Dataset): Promise<PlanTime> {
  const { cells } = manifest, isOwn = (cell: Cell) => cell.detector.startsWith("iadnet");
  const first = cells.findIndex(isOwn), trained = cells.findIndex((cell) => workOf(cell) === 1);
  const index = Math.max(0, first < 0 ? trained : first), cell = cells[index];
  stage("Measuring a cell");
  const time = await measureCell(manifest, dataset, index);
  const seconds = time.seconds * cells.reduce((sum, cell) => sum + workOf(cell), 0) / workOf(cell);
  const how = `cell ${index} (${nameOf(cell)})`;
  const text = `Time: about ${duration(seconds)} with one worker, as if all took as long as ${how}`;
  return { seconds, text, detectors: { [cell.detector]: { ...time, cells: 1 } } };
}

/** Project the time of all cells from one of each detector, that of a category of middle size. */
export async function timeOfEach(manifest: RunManifest, dataset: Dataset): Promise<PlanTime> {
  const detectors: Record<string, CellTime & { cells: number }> = {}, counts = new Map<string, number>();
  for (const { category } of dataset.clips) counts.set(category, (counts.get(category) ?? 0) + 1);
  const size = (index: number) => counts.get(manifest.cells[index].category)!;
  const names = [...new Set(manifest.cells.map(({ detector }) => detector))];
  for (const [k, name] of names.entries()) {
    stage(`Measuring ${name}`, k / names.length);
    const own = [...manifest.cells.keys()].filter((index) => manifest.cells[index].detector === name);
    const middle = own.toSorted((a, b) => size(a) - size(b))[Math.floor(own.length / 2)];
    detectors[name] = { ...await measureCell(manifest, dataset, middle), cells: own.length };
  }
  const all = Object.values(detectors).reduce((sum, { seconds, cells }) => sum + seconds * cells, 0);
  const lines = Object.entries(detectors).map(([name, time]) => `${name}: ${told(time)}`);
  return {
    seconds: all,
    detectors,
    text: [...lines, `Time: about ${duration(all)} with one worker`].join("\n"),
  };
}

/** The time of a detector in words. */
function told({ seconds, start, steps, step, clips, clip, cells }: CellTime & { cells: number }): string {
  const milliseconds = (value: number) => `${(1000 * value).toPrecision(3)} ms`;
  const parts = [
    `${start.toFixed(1)} s to start`,
    ...steps > 0 ? [`${steps} steps of ${milliseconds(step)}`] : [],
    `${clips} clips of ${milliseconds(clip)}`,
  ];
  const hours = (seconds / 3600).toPrecision(2);
  return `${hours} h a cell (${parts.join(", ")}), ${cells} cells ${duration(seconds * cells)}`;
}
