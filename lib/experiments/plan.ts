/**
 * The plan of a benchmark: the rows of the paper's tables, and so the cells to run. A plan is a run manifest; machines that can read
 * it and the data run its cells in any order.
 *
 * @module
 */
import { FLOORS } from "../detectors/floors/floors.ts";
import { describeDetector, listDetectors } from "../detectors/registry.ts";
import { categoryDisplacement, type DisplacementReading } from "../metrics/displacement.ts";
import { makeManifest, type ManifestRequest, type RunManifest } from "./manifest.ts";
import type { PlannedRow, TableName } from "./tables/table.ts";

/** Options for `makePlan`. */
export interface PlanRequest
  extends
    Pick<ManifestRequest, "dataset" | "source" | "splits" | "seeds" | "engine" | "threads" | "categories"> {
  readonly tables: readonly TableName[];
  /** Preset of IADNet's rows. */
  readonly preset: string;
  /** How displacement is measured. */
  readonly reading: DisplacementReading;
  /** Detectors of Table I; all if absent. */
  readonly detectors?: readonly string[];
}

/** Make a plan. Cells of several tables are there once; floors have one seed. A split has no cell of a category for which it has no
 * training clip, or no normal or no anomalous test clip.
 *
 * @throws {UsageError} If a detector, preset, split or category is unknown. */
export function makePlan(request: PlanRequest): RunManifest {
  const { dataset, preset, reading, detectors, ...common } = request;
  const tables: Partial<Record<TableName, readonly PlannedRow[]>> = {};
  for (const table of request.tables) tables[table] = rowsOf(table, preset, detectors);
  const categories = request.categories ?? dataset.categories;
  const clips = dataset.clips.filter(({ category }) => categories.includes(category));
  const metres = Object.fromEntries(categoryDisplacement(clips, reading));
  return makeManifest({
    ...common,
    kind: "benchmark",
    dataset,
    detectors: Object.values(tables).flatMap((rows) => rows.map((row) => row.detector)),
    splitSeed: 0,
    skipIncomplete: true,
    benchmark: { preset, tables, displacement: { reading, metres } },
  });
}

/** Rows of the ablations, in the paper's order: the change to IADNet, the method, and the paper's name where it differs. */
const ABLATIONS: Readonly<Record<Exclude<TableName, "I">, readonly (readonly [string, string, string?])[]>> =
  {
    II: [
      [",position=sinusoidal", "Sinusoidal"],
      [",position=unsync", "Unsync. embedding"],
      ["", "Sync. embedding"],
    ],
    III: [[",drem=false", "w/o DREM"], ["", "w. DREM"]],
    IV: [[",drem=false", "w/o DREM"], ["", "w. DREM"]],
    V: [
      [",share=false", "w/o param-share", "Our w/o param-share"],
      ["", "w. param-share", "Our w param-share"],
    ],
  };

/** The rows of a table. Table I has the given detectors, or the published methods, IADNet and the floors. */
function rowsOf(table: TableName, preset: string, detectors?: readonly string[]): PlannedRow[] {
  const iadnet = `iadnet:preset=${preset}`;
  if (table !== "I") {
    return ABLATIONS[table].map(([change, method, paper = method]) => (
      { method, detector: `${iadnet}${change}`, paper, people: false }
    ));
  }
  const published = listDetectors().filter(({ people }) => people).map(({ name }) => name);
  return (detectors ?? [...published, iadnet, ...FLOORS]).map(tableOneRow);
}

function tableOneRow(detector: string): PlannedRow {
  const { title, status, people } = describeDetector(detector), colon = detector.indexOf(":");
  return {
    method: colon > 0 && people ? `${title} (${detector.slice(colon + 1)})` : title,
    detector,
    people,
    ...(status !== "floor" && { paper: title }),
    ...(title !== "IADNet" && { note: status }),
  };
}
