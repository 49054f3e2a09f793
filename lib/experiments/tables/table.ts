/**
 * What goes into a table and what it is made of, as plain data.
 *
 * @module
 */
import type { CellScores } from "../../metrics/cells.ts";
import type { DisplacementReading } from "../../metrics/displacement.ts";

/** The paper's tables. */
export const TABLES = ["I", "II", "III", "IV", "V"] as const;

/** Number of a table. */
export type TableName = typeof TABLES[number];

/** A row that a benchmark is to measure. */
export interface PlannedRow {
  /** What the row is called. */
  readonly method: string;
  /** The detector as `createDetector` takes it. */
  readonly detector: string;
  /** The paper's row to set beside it, as the paper calls it. */
  readonly paper?: string;
  /** What else is to be said of it. */
  readonly note?: string;
  /** Whether it has one model for each person, and so four rows. */
  readonly people: boolean;
}

/** The tables of a benchmark. */
export interface BenchmarkPlan {
  /** Preset of IADNet's rows. */
  readonly preset: string;
  readonly tables: Readonly<Partial<Record<TableName, readonly PlannedRow[]>>>;
  /** Mean displacement of each category in metres, for Table IV, and how it was measured. */
  readonly displacement: {
    readonly reading: DisplacementReading;
    readonly metres: Readonly<Record<string, number>>;
  };
}

/** One row's measured scores. */
export interface MeasuredRow {
  /** What the row is called. */
  readonly method: string;
  /** What else is to be said of it, such as `floor`. */
  readonly note?: string;
  /** Cells: category x split x seed. */
  readonly cells: readonly CellScores[];
  /** Scores of the same cells by a second model. The row then takes in each cell the better of the two AUROCs, which is
   * chosen by the test labels, and is marked so. */
  readonly oracle?: readonly CellScores[];
  /** The paper's row to set beside it, as the paper calls it. */
  readonly paper?: string;
}

/** What a table says of the run. */
export interface TableContext {
  /** The data set's format; `interx` and `ntu120` have the paper's columns and figures. */
  readonly dataset: string;
  /** Categories in the order of the columns, for other data sets; the order of the cells if absent. */
  readonly categories?: readonly string[];
  /** Clips in the data set. */
  readonly clips: number;
  /** The preset. */
  readonly preset: string;
  /** The engine. */
  readonly engine: string;
  /** Group of each clip, for a bootstrap that draws groups; clips are drawn one by one if absent. */
  readonly groups?: Readonly<Record<string, string>>;
  /** Replicates of the bootstrap; 2000 if absent. */
  readonly replicates?: number;
}

/** A measured value with its uncertainty. */
export interface MeasuredValue {
  /** The value. */
  readonly value: number;
  /** 95 % interval over test clips; absent where there is none. */
  readonly ci?: readonly [low: number, high: number];
  /** Number of seeds; absent where nothing is trained. */
  readonly seeds?: number;
  /** Standard deviation over the seeds' means, of an average over two seeds or more. */
  readonly seedSd?: number;
}

/** A column. */
export interface TableColumn {
  /** The category, or `average`, `dsp`, `auroc`, `gain`. */
  readonly key: string;
  /** Its head. */
  readonly head: string;
  /** Decimals. */
  readonly digits: number;
}

/** A row, figures in the order of the columns; null where there is none. */
export interface TableRow {
  /** What the row is called. */
  readonly method: string;
  /** What else is to be said of it. */
  readonly note?: string;
  /** Whether the better of two models was chosen by the test labels. */
  readonly chosenByLabels: boolean;
  /** Chance level of its figures; absent where they are not AUROCs. */
  readonly chance?: number;
  /** Our figures. */
  readonly figures: readonly (MeasuredValue | null)[];
  /** The paper's figures; absent where it has no such row. */
  readonly paper?: readonly (number | null)[];
}

/** A table as plain data: what is written as JSON, and what `renderTable` prints. */
export interface BenchmarkTable {
  /** The paper's number of it. */
  readonly table: TableName;
  /** What it shows. */
  readonly title: string;
  /** Head of the first column. */
  readonly stub: string;
  /** The columns. */
  readonly columns: readonly TableColumn[];
  /** The rows. */
  readonly rows: readonly TableRow[];
  /** Sentences below the title: chance, seeds, splits, preset, engine, clips, what the intervals are. */
  readonly caption: readonly string[];
}
