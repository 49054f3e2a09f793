/** How long a cell takes, from its first seconds. */
import type { Dataset } from "../data/dataset.ts";
import { openEngine } from "../engine/select.ts";
import type { RunManifest } from "./manifest.ts";
import { cellRunner } from "./runner.ts";

/** Seconds that a cell takes, and how many of them were measured. */
export interface CellTime {
  /** Seconds that the whole cell takes. */
  readonly seconds: number;
  /** Seconds that were measured; as many if the cell came to its end. */
  readonly measured: number;
}

/** Ends a fit of which enough is known. */
class Enough extends Error {}

/** Run a cell for some seconds, without a trace, and estimate from its steps how long all of it takes.
 * @param most Seconds after which it is stopped, at the end of a step. */
export async function estimateCell(
  manifest: RunManifest,
  dataset: Dataset,
  index: number,
  most: number,
): Promise<CellTime> {
  const engine = await openEngine(manifest.engine, manifest.threads), started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  let seconds: number | undefined;
  try {
    await cellRunner(manifest, dataset, engine, {})(index, ({ step, steps }) => {
      if (elapsed() < most || step === steps) return;
      seconds = elapsed() * steps / step;
      throw new Enough();
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  } finally {
    await engine.close();
  }
  const measured = elapsed();
  return { seconds: seconds ?? measured, measured };
}
