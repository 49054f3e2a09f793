/** Tables of detectors by test set or by number of training clips: AUROC, and the first detector less each other. */
import { cellAuroc, type CellScores } from "../metrics/cells.ts";
import { macroMean } from "../metrics/macro.ts";
import { mean } from "../metrics/statistics.ts";
import { type CellResult, cellScores, setScores } from "./cell.ts";
import { type Estimate, estimate, type Estimator, replicate, type Replicated } from "./estimators.ts";

/** One detector in one column. */
export interface ScoreFigure extends Estimate {
  /** Mean of each category over its cells. */
  readonly categories: Readonly<Record<string, number>>;
  /** Mean of each seed, where there are several. */
  readonly seeds?: readonly number[];
  /** The first detector less this one; absent for the first itself, and where the first has no figure. */
  readonly difference?: Estimate;
}

/** Why a detector has no figure in a column. */
export interface Refusal {
  readonly refused: string;
}

/** One detector of a table. */
export interface ScoreRow {
  /** The detector as `createDetector` takes it. */
  readonly detector: string;
  /** Its figures by column. */
  readonly figures: Readonly<Record<string, ScoreFigure | Refusal>>;
}

/** A table. */
export interface ScoreTable {
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** What the intervals cover, in words. */
  readonly intervals: string;
  /** Numbers of test clips of each test set, over all categories and splits; absent if the columns have the same. */
  readonly clips?: Readonly<Record<string, Readonly<Record<"normal" | "anomalous", number>>>>;
  /** The first detector, then the others by their last column. */
  readonly rows: readonly ScoreRow[];
}

/** Name of the column with the mean over all others. */
const MEAN = "mean";

/** Table of detectors by test set, and by the mean over all pairs of a test set and a category.
 * @param detectors The others are compared with the first. @param sets Names of the test sets. */
export function setTable(
  detectors: readonly string[],
  sets: readonly string[],
  results: readonly CellResult[],
  estimator: Estimator,
): ScoreTable {
  const named = results.map((result) => ({ result, own: new Map(setScores(result)) }));
  const present = sets.filter((name) => named.some(({ own }) => own.has(name)));
  const cellsOf = (detector: string, column: string): CellScores[] =>
    named.filter(({ result }) => result.cell.detector === detector).flatMap(({ own }) => {
      const all = [...own].map(([name, cell]) => ({ ...cell, category: `${name}, ${cell.category}` }));
      return column === MEAN ? all : own.has(column) ? [own.get(column)!] : [];
    });
  const clips = present.map((name) => {
    const [{ cell: { seed } }] = results;
    const own = cellsOf(detectors[0], name).filter((cell) => cell.seed === seed);
    const labels = own.flatMap(({ scores }) => scores.map(({ anomalous }) => anomalous));
    const anomalous = labels.filter(Boolean).length;
    return [name, { normal: labels.length - anomalous, anomalous }] as const;
  });
  const columns = [...present, MEAN];
  return { ...makeTable(detectors, columns, cellsOf, estimator), clips: Object.fromEntries(clips) };
}

/** Table of detectors by number of training clips. A detector that refuses to learn from so few has no figure there.
 * @param detectors The others are compared with the first. */
export function shotTable(
  detectors: readonly string[],
  results: readonly CellResult[],
  estimator: Estimator,
): ScoreTable {
  const columnOf = ({ cell: { shots } }: CellResult) => shots === 1 ? "1 clip" : `${shots} clips`;
  const find = (detector: string, column: string) =>
    results.filter((result) => result.cell.detector === detector && columnOf(result) === column);
  const cellsOf = (detector: string, column: string) => {
    const own = find(detector, column), refused = own.find((result) => result.refused !== undefined)?.refused;
    return refused === undefined ? own.map((result) => cellScores(result)) : { refused };
  };
  return makeTable(detectors, [...new Set(results.map(columnOf))], cellsOf, estimator);
}

function makeTable(
  detectors: readonly string[],
  columns: readonly string[],
  cellsOf: (detector: string, column: string) => CellScores[] | Refusal,
  estimator: Estimator,
): ScoreTable {
  const places = detectors.flatMap((detector) =>
    columns.map((column) => ({ detector, column, cells: cellsOf(detector, column) }))
  );
  const lists = places.flatMap(({ cells }) => "refused" in cells ? [] : [cells]);
  const replicated = new Map(replicate(lists, estimator).map((own, i) => [lists[i], own]));
  const reference = new Map<string, Replicated | undefined>(); // of the first detector, by column
  const figureOf = ({ detector, column, cells }: typeof places[number]): ScoreFigure | Refusal => {
    if ("refused" in cells) return cells;
    const own = replicated.get(cells)!, first = reference.get(column);
    if (detector === detectors[0]) reference.set(column, own);
    const difference = detector !== detectors[0] && first && estimate(first, own);
    return { ...estimate(own), ...partsOf(cells), ...(difference && { difference }) };
  };
  const [first, ...others] = detectors.map((detector): ScoreRow => {
    const own = places.filter((place) => place.detector === detector);
    return { detector, figures: Object.fromEntries(own.map((place) => [place.column, figureOf(place)])) };
  });
  const last = columns[columns.length - 1];
  const rank = ({ figures: { [last]: figure } }: ScoreRow) => "refused" in figure ? -1 : figure.value;
  return {
    columns,
    intervals: estimator.covers,
    rows: [first, ...others.sort((a, b) => rank(b) - rank(a))],
  };
}

function partsOf(cells: readonly CellScores[]): Pick<ScoreFigure, "categories" | "seeds"> {
  const byCategory = [...Map.groupBy(cells, ({ category }) => category)];
  const bySeed = [...Map.groupBy(cells, ({ seed }) => seed).values()];
  return {
    categories: Object.fromEntries(byCategory.map(([category, own]) => [category, mean(own.map(cellAuroc))])),
    ...(bySeed.length > 1 && { seeds: bySeed.map(macroMean) }),
  };
}

/** A table as Markdown: AUROCs, differences, and the reasons of refusals. */
export function renderScoreTable({ columns, clips, intervals, rows }: ScoreTable): string {
  const line = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const head = (first: string) => [
    line(first, ...columns),
    line("---", ...columns.map(() => "---:")),
  ];
  const text = (estimate: Estimate | undefined) => {
    if (!estimate) return "-";
    const { value, ci } = estimate, number = (value: number) => value.toFixed(3);
    return ci ? `${number(value)} (${ci.map(number).join(", ")})` : number(value);
  };
  const body = (some: readonly ScoreRow[], pick: (figure: ScoreFigure) => Estimate | undefined) =>
    some.map(({ detector, figures }) =>
      line(
        detector,
        ...columns.map((column) => {
          const figure = figures[column];
          return "refused" in figure ? "-" : text(pick(figure));
        }),
      )
    );
  const counts = clips && line(
    "normal and anomalous test clips",
    ...columns.map((column) => column in clips ? `${clips[column].normal} + ${clips[column].anomalous}` : ""),
  );
  const refusals = rows.flatMap(({ detector, figures }) =>
    columns.flatMap((column) => {
      const figure = figures[column];
      return "refused" in figure ? [`No figure of ${detector} at ${column}: ${figure.refused}`, ""] : [];
    })
  );
  return [
    `AUROC (95 % interval over ${intervals})`,
    "",
    ...head("detector"),
    ...body(rows, (figure) => figure),
    ...counts ? [counts] : [],
    "",
    ...rows.length > 1
      ? [
        `${rows[0].detector} less each other detector (paired 95 % interval)`,
        "",
        ...head("less"),
        ...body(rows.slice(1), ({ difference }) => difference),
        "",
      ]
      : [],
    ...refusals,
  ].join("\n");
}
