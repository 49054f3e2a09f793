/**
 * The plan of a benchmark: which detectors stand in which table, and the cells (detector x category x split x seed) that have
 * to be run for them. A plan is one file; machines that see it and the data run its cells in any order.
 *
 * @module
 */
import { splitDataset } from "../data/split.ts";
import type { Dataset, OpenOptions } from "../data/dataset.ts";
import { FLOORS } from "../detectors/floors/floors.ts";
import { describeDetector, listDetectors } from "../detectors/registry.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { sha256 } from "../core/files.ts";
import { categoryDisplacement, type DisplacementReading } from "../metrics/displacement.ts";
import { VERSION } from "../core/version.ts";
import { readRecord, writeRecord } from "../core/checksummed_json.ts";

/** The paper's tables. */
export const TABLES = ["I", "II", "III", "IV", "V"] as const;

/** Number of a table. */
export type TableName = typeof TABLES[number];

/** One cell: one detector of one category, on one split, with one seed. */
export interface Cell {
  /** The detector as `createDetector` takes it. */
  readonly detector: string;
  readonly category: string;
  readonly split: string;
  readonly seed: number;
}

/** A row of a table. */
export interface PlannedRow {
  /** What the row is called. */
  readonly method: string;
  readonly detector: string;
  /** The paper's row to set beside it, as the paper calls it. */
  readonly paper?: string;
  /** What else is to be said of it. */
  readonly note?: string;
  /** Whether it has one model for each person, and so four rows. */
  readonly people: boolean;
}

/** Where the clips come from. */
export interface PlannedData {
  /** Path, or seed of the synthetic clips, as the user gave it. */
  readonly path: string;
  readonly options: OpenOptions;
  /** Filters and repairs, by name. */
  readonly treatments: readonly string[];
  /** SHA-256 of the data set. */
  readonly hash: string;
  /** The format of the recordings, also where they are read from a cache. */
  readonly format: string;
  /** Its categories, in the order of the tables' columns. */
  readonly categories: readonly string[];
  /** Group of each clip. */
  readonly groups: Readonly<Record<string, string>>;
  /** Mean displacement of each category in metres, for Table IV, and how it was measured. */
  readonly displacement: {
    readonly reading: DisplacementReading;
    readonly metres: Readonly<Record<string, number>>;
  };
}

/** A plan. */
export interface Plan {
  readonly kind: "iadnet-plan";
  /** Version of this layout. */
  readonly layout: 1;
  /** Version of the package that made it; another one does not run it. */
  readonly version: string;
  readonly data: PlannedData;
  /** Preset of IADNet's rows. */
  readonly preset: string;
  readonly engine: string;
  /** Threads of one operator. */
  readonly threads: number;
  readonly tables: Readonly<Partial<Record<TableName, readonly PlannedRow[]>>>;
  readonly cells: readonly Cell[];
}

/** What to plan. */
export interface PlanRequest {
  readonly tables: readonly TableName[];
  readonly dataset: Dataset;
  readonly path: string;
  readonly options: OpenOptions;
  readonly splits: readonly string[];
  readonly seeds: readonly number[];
  readonly preset: string;
  readonly engine: string;
  readonly threads: number;
  readonly reading: DisplacementReading;
  /** Other detectors for Table I than all. */
  readonly detectors?: readonly string[];
  /** Other categories than all. */
  readonly categories?: readonly string[];
}

/** Make a plan. Cells that several tables need are there once; a detector without randomness has one seed.
 *
 * @throws {UsageError} If a detector, preset, split or category is unknown, or a split leaves a category without normal
 * training or test clips. */
export function makePlan(request: PlanRequest): Plan {
  const { dataset, path, options, splits, seeds, preset, engine, threads, reading } = request;
  const categories = request.categories ?? dataset.categories;
  const strange = categories.find((category) => !dataset.categories.includes(category));
  if (strange !== undefined) {
    throw new UsageError(`Cannot plan ${strange}: the data set has no such category`);
  }
  const tables: Partial<Record<TableName, readonly PlannedRow[]>> = {};
  for (const table of request.tables) tables[table] = rowsOf(table, preset, request.detectors);
  const detectors = [...new Set(Object.values(tables).flatMap((rows) => rows.map((row) => row.detector)))];
  const runnable = splits.map((split) => ({ split, names: runnableCategories(dataset, split, categories) }));
  const cells = detectors.flatMap((detector) =>
    (isRandom(detector) ? seeds : seeds.slice(0, 1)).flatMap((seed) =>
      runnable.flatMap(({ split, names }) =>
        names.map((category): Cell => ({ detector, category, split, seed }))
      )
    )
  );
  const metres = Object.fromEntries(
    categoryDisplacement(dataset.clips.filter(({ category }) => categories.includes(category)), reading),
  );
  return {
    kind: "iadnet-plan",
    layout: 1,
    version: VERSION,
    data: {
      path,
      options,
      treatments: dataset.treatments ?? [],
      hash: dataset.hash,
      format: dataset.format.replace("cache of ", ""),
      categories,
      groups: Object.fromEntries(dataset.clips.map(({ id, group }) => [id, group])),
      displacement: { reading, metres },
    },
    preset,
    engine,
    threads,
    tables,
    cells,
  };
}

/** The rows of a table, in the paper's order, the floors last. */
function rowsOf(table: TableName, preset: string, detectors?: readonly string[]): PlannedRow[] {
  const own = (method: string, paper: string, change?: string): PlannedRow => ({
    method,
    detector: `${iadnet(preset)}${change ? `,${change}` : ""}`,
    paper,
    people: false,
  });
  switch (table) {
    case "I":
      return (detectors ?? tableOneDetectors(preset)).map((detector) => tableOneRow(detector));
    case "II":
      return [
        own("Sinusoidal", "Sinusoidal", "position=sinusoidal"),
        own("Unsync. embedding", "Unsync. embedding", "position=unsync"),
        own("Sync. embedding", "Sync. embedding"),
      ];
    case "III":
    case "IV":
      return [own("w/o DREM", "w/o DREM", "drem=false"), own("w. DREM", "w. DREM")];
    case "V":
      return [
        own("w/o param-share", "Our w/o param-share", "share=false"),
        own("w. param-share", "Our w param-share"),
      ];
  }
}

/** The published methods, IADNet, then the floors. */
function tableOneDetectors(preset: string): string[] {
  const published = listDetectors().filter(({ people }) => people).map(({ name }) => name);
  return [...published, iadnet(preset), ...FLOORS];
}

/** IADNet with a preset. */
const iadnet = (preset: string) => `iadnet:preset=${preset}`;

function tableOneRow(detector: string): PlannedRow {
  const { title, status, people } = describeDetector(detector),
    own = title !== detector && status !== "floor";
  return {
    method: detector.includes(":") && people
      ? `${title} (${detector.slice(detector.indexOf(":") + 1)})`
      : title,
    detector,
    people,
    ...(own && { paper: title }),
    ...(title !== "IADNet" && { note: status }),
  };
}

function isRandom(detector: string): boolean {
  return describeDetector(detector).status !== "floor";
}

/** Categories of a split that have normal training clips, and normal and anomalous test clips. */
function runnableCategories(dataset: Dataset, split: string, categories: readonly string[]): string[] {
  const { train, test } = splitDataset(dataset, split, 0);
  return categories.filter((category) => {
    const normal = test.filter((clip) => clip.category === category).length;
    return normal > 0 && normal < test.length && train.some((clip) => clip.category === category);
  });
}

/** Name of a plan's file in its folder. */
export const PLAN_FILE = "plan.json";

/** SHA-256 of a plan: results belong to one plan. */
export function planHash(plan: Plan): string {
  return sha256(JSON.stringify(plan));
}

/** Write a plan into its folder. */
export async function writePlan(folder: string, plan: Plan): Promise<void> {
  await writeRecord(`${folder}/${PLAN_FILE}`, plan);
}

/** Read a plan.
 *
 * @throws {DataError} If it is missing, damaged, or of another version of this package.
 */
export async function readPlan(folder: string): Promise<Plan> {
  const file = `${folder}/${PLAN_FILE}`, plan = await readRecord(file) as Plan;
  if (plan?.kind !== "iadnet-plan" || plan.layout !== 1) {
    throw new DataError(`Cannot use ${file}: it is no plan`, file);
  }
  if (plan.version !== VERSION) {
    throw new DataError(`Cannot use ${file}: version ${plan.version} made it, this is ${VERSION}`, file);
  }
  return plan;
}
