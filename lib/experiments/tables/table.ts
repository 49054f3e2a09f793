/** Types of the paper's tables: what goes into them, and the tables as plain data. */
import type { CellScores } from "../../metrics/cells.ts";
import type { DisplacementReading } from "../../metrics/displacement.ts";

/** The paper's tables. */
export const TABLES = ["I", "II", "III", "IV", "V"] as const;

/** Number of a table. */
export type TableName = typeof TABLES[number];

/** Name of a row. */
export interface RowLabel {
  readonly method: string;
  /** Remark on the row, such as `floor`. */
  readonly note?: string;
  /** The row of the paper to print below, as the paper calls it. */
  readonly paper?: string;
}

/** A row that a benchmark plans. */
export interface PlannedRow extends RowLabel {
  /** The detector as `createDetector` takes it. */
  readonly detector: string;
  /** Whether it has one model for each person, and so four rows. */
  readonly people: boolean;
}

/** The tables of a benchmark. */
export interface BenchmarkPlan {
  /** Preset of IADNet's row in Table I. */
  readonly preset: string;
  /** Preset of the ablations, tables II to V. */
  readonly ablated: string;
  readonly tables: Readonly<Partial<Record<TableName, readonly PlannedRow[]>>>;
  /** Table IV: mean displacement of each category in metres, and how it is measured. */
  readonly displacement: {
    readonly reading: DisplacementReading;
    readonly metres: Readonly<Record<string, number>>;
  };
}

/** Measured scores of one row. */
export interface MeasuredRow extends RowLabel {
  /** Cells: category x split x seed. */
  readonly cells: readonly CellScores[];
  /** Scores of the same cells by a second model. The row then takes the better of the two AUROCs in each cell, a choice by the test
   * labels, and is marked so. */
  readonly oracle?: readonly CellScores[];
}

/** What a table states about the run. */
export interface TableContext {
  /** The data set's format; `interx` and `ntu120` have the paper's columns and figures. */
  readonly dataset: string;
  /** Categories of other data sets, in the order of the columns; the order of the cells if absent. */
  readonly categories?: readonly string[];
  /** Number of clips in the data set. */
  readonly clips: number;
  readonly preset: string;
  readonly engine: string;
  /** Group of each clip, for a bootstrap that draws groups; it draws clips if absent. */
  readonly groups?: Readonly<Record<string, string>>;
  /** Replicates of the bootstrap; 2000 if absent. */
  readonly replicates?: number;
}

/** A measured value with its uncertainty. */
export interface MeasuredValue {
  readonly value: number;
  /** 95 % interval over test clips. */
  readonly ci?: readonly [low: number, high: number];
  /** Number of seeds. */
  readonly seeds?: number;
  /** Standard deviation over the seeds' means, of an average over two or more seeds. */
  readonly seedSd?: number;
}

/** A column. */
export interface TableColumn {
  /** The category, or `average`, `dsp`, `auroc`, `gain`. */
  readonly key: string;
  readonly head: string;
  /** Number of decimals. */
  readonly digits: number;
}

/** A row; figures are in the order of the columns, null where there is none. */
export interface TableRow extends Pick<RowLabel, "method" | "note"> {
  /** Whether the better of two models was chosen by the test labels. */
  readonly chosenByLabels: boolean;
  /** Chance level of the figures, where they are AUROCs. */
  readonly chance?: number;
  readonly figures: readonly (MeasuredValue | null)[];
  /** The paper's figures, if it has such a row. */
  readonly paper?: readonly (number | null)[];
}

/** A table as plain data: it is written as JSON and rendered by `renderTable`. */
export interface BenchmarkTable {
  /** The paper's number of the table. */
  readonly table: TableName;
  readonly title: string;
  /** Head of the first column. */
  readonly stub: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
  /** Sentences below the title: chance level, seeds, splits, preset, engine, clips, kinds of intervals. */
  readonly caption: readonly string[];
}
