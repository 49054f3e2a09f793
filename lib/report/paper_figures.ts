/** The paper's figures and tables from finished runs and plans: each as a figure or a table, or a sentence on why there is none. */
import { IadnetError } from "../core/errors.ts";
import { safeName } from "../core/files.ts";
import type { Clip } from "../data/clip.ts";
import { distanceMaps } from "../data/transforms/distance.ts";
import { type PaperTable, tablesOfPlan, tablesOfRuns } from "../experiments/paper_tables.ts";
import { formatOf, type Results } from "../experiments/results.ts";
import { type DisplacementInput, displacementPoints } from "../experiments/tables/displacement_table.ts";
import { PAPER_AUROC, paperDataset } from "../experiments/tables/paper.ts";
import { type BenchmarkTable, TABLES } from "../experiments/tables/table.ts";
import type { Correlation } from "../metrics/correlation.ts";
import { displacementFigure } from "../plots/analysis.ts";
import { aurocFigure } from "../plots/auroc.ts";
import { type Origin, originOf } from "../plots/caption.ts";
import { clipFigure } from "../plots/clip.ts";
import { histogramFigure, rocFigure } from "../plots/curves.ts";
import { type ExampleRow, examplesFigure } from "../plots/examples.ts";
import type { Figure } from "../plots/figure.ts";
import { distanceMapFigure } from "../plots/maps.ts";
import type { DrawnGroup } from "./drawn_runs.ts";

/** A figure or a table to write, or why there is none. */
export type Drawing =
  & {
    /** What it is, such as `Figure 3`. */
    readonly name: string;
    /** Its files without their endings. */
    readonly stem: string;
  }
  & ({ readonly figure: Figure } | { readonly table: BenchmarkTable } | { readonly why: string });

/** Options for drawing. */
export interface DrawOptions {
  /** Columns of a paper that the figures are for; as each figure needs if absent. */
  readonly columns?: 1 | 2;
  /** Categories of ROC curves, histograms and figures 3 to 5; all, and some, if absent. */
  readonly categories?: readonly string[];
}

/** AUROC, ROC curves and histograms of runs on the same data. */
export function runFigures(
  runs: Readonly<Record<string, Results>>,
  { columns, categories }: DrawOptions = {},
  suffix = "",
): Drawing[] {
  const all = Object.entries(runs), paper = PAPER_AUROC[formatOf(all[0][1])];
  return [
    attempt("AUROC", `auroc${suffix}`, () => aurocFigure(runs, paper && { paper })),
    attempt("ROC curves", `roc${suffix}`, () => rocFigure(runs, categories, { columns })),
    ...all.map(([name, run]) => {
      const isOnly = all.length === 1, stem = `histogram${isOnly ? "" : `-${safeName(name)}`}${suffix}`;
      return attempt(
        isOnly ? "Histograms" : `Histograms of ${name}`,
        stem,
        () => histogramFigure(run, categories, { columns }),
      );
    }),
  ];
}

/** All that can be drawn from runs and plans, and what cannot. */
export function drawAll(groups: readonly DrawnGroup[], options: DrawOptions): Drawing[] {
  const own = groups.flatMap((group, k) => {
    const suffix = k === 0 ? "" : `-${k + 1}`, of = k === 0 ? "" : ` of data set ${k + 1}`;
    const named = [
      ...(Object.keys(group.runs).length > 0
        ? runFigures(group.runs, options, suffix)
        : withoutRuns(group, suffix)),
      ...figure3(group, options, suffix),
      ...tables(group, options, suffix),
    ];
    return named.map((drawing) => ({ ...drawing, name: `${drawing.name}${of}` }));
  });
  return [...own, ...figures4And5(groups, options)];
}

function withoutRuns({ clips }: DrawnGroup, suffix: string): Drawing[] {
  const why = typeof clips === "string" ? clips : "";
  return [["AUROC", "auroc"], ["ROC curves", "roc"], ["Histograms", "histogram"]].map(([name, stem]) => ({
    name,
    stem: `${stem}${suffix}`,
    why,
  }));
}

/** A figure, or the message of the error that says why it cannot be drawn. */
function attempt(name: string, stem: string, draw: () => Figure): Drawing {
  try {
    return { name, stem, figure: draw() };
  } catch (error) {
    if (error instanceof IadnetError) return { name, stem, why: error.message };
    throw error;
  }
}

/** Figure 3: the distance maps of a clip, with the hand of person 1 that comes nearest to person 2 outlined, and the poses. */
function figure3({ clips, runs }: DrawnGroup, { categories }: DrawOptions, suffix: string): Drawing[] {
  const names = [["Figure 3", `figure-3${suffix}`], ["Figure 3, poses", `figure-3-poses${suffix}`]] as const;
  if (typeof clips === "string") return names.map(([name, stem]) => ({ name, stem, why: clips }));
  const test = [...clips.test.values()], [run] = Object.values(runs);
  const wanted = categories ?? [...new Set(["slap", ...run.categories.map(({ category }) => category)])];
  const clip = wanted.map((category) => test.find((own) => own.category === category)).find((own) => own);
  if (!clip) {
    return names.map(([name, stem]) => ({ name, stem, why: `no test clip is of ${wanted.join(" or ")}` }));
  }
  const hand = nearestHand(clip);
  return [
    attempt(...names[0], () => distanceMapFigure(clip, { highlight: hand ? [hand] : [] })),
    attempt(...names[1], () => clipFigure(clip)),
  ];
}

/** The joint of a hand of person 1 that comes nearest to person 2; undefined if the skeleton has no hands. */
function nearestHand({ skeleton: { joints }, frames, x, y }: Clip): string | undefined {
  const D = joints.length, maps = distanceMaps(x, y, D); // negative distances
  const nearest = (hand: number) => {
    let most = -Infinity;
    for (let t = 0; t < frames; t++) {
      for (let j = 0; j < D; j++) most = Math.max(most, maps[(t * D + hand) * D + j]);
    }
    return most;
  };
  const hands = [...joints.keys()].filter((joint) => /hand|wrist/i.test(joints[joint]));
  const [best] = hands.map((hand) => ({ hand, near: nearest(hand) })).sort((a, b) => b.near - a.near);
  return best && joints[best.hand];
}

/** Categories of the paper's figures 4 and 5. */
const SHOWN = { interx: ["grab", "high-five"], ntu120: ["handshake", "cheers-and-drink"] } as const;

/** Figures 4 and 5: of two data sets, Inter-X and NTU RGB+D 120 where they are given; of one, two of its categories each. */
function figures4And5(groups: readonly DrawnGroup[], options: DrawOptions): Drawing[] {
  const paper = (name: keyof typeof SHOWN) => groups.find(({ format }) => paperDataset(format) === name);
  const fourth = paper("interx") ?? groups.find((group) => group !== paper("ntu120")) ?? groups[0];
  const fifth = paper("ntu120") ?? groups.find((group) => group !== fourth) ?? fourth;
  const isLast = fourth === fifth && paper("ntu120") !== undefined; // the categories of the paper are in Figure 5
  return [
    examples("Figure 4", "figure-4", fourth, options, isLast ? 2 : 0),
    examples("Figure 5", "figure-5", fifth, options, fourth === fifth && !isLast ? 2 : 0),
  ];
}

/** Training clips of two categories, and test clips with their scores. @param from The first of the two. */
function examples(
  name: string,
  stem: string,
  group: DrawnGroup,
  { categories, columns }: DrawOptions,
  from: number,
): Drawing {
  const { clips, format, runs } = group;
  if (typeof clips === "string") return { name, stem, why: clips };
  const all = Object.values(runs), run = all.find(({ detector }) => detector.startsWith("iadnet")) ?? all[0];
  const known = run.categories.map(({ category }) => category), dataset = paperDataset(format);
  const first: readonly string[] = categories ?? (dataset ? SHOWN[dataset] : []);
  const order = [
    ...first.filter((category) => known.includes(category)),
    ...known.filter((own) => !first.includes(own)),
  ];
  const shown = order.slice(from, from + 2);
  if (shown.length === 0) {
    return {
      name,
      stem,
      why: `the run has no other categories than ${known.join(" and ")}; give a run on a second data set`,
    };
  }
  return attempt(
    name,
    stem,
    () =>
      examplesFigure(shown.map((category) => exampleRow(category, run, clips)), originOf([run]), { columns }),
  );
}

/** Two training clips of a category; its test clip of median score, and, of the other categories' test clips of median score, those
 * with the lowest, the middle and the highest score. */
function exampleRow(
  category: string,
  { categories }: Results,
  { train, test }: Exclude<DrawnGroup["clips"], string>,
): ExampleRow {
  const { scores } = categories.find((own) => own.category === category)!;
  const scored = scores.flatMap(({ clip: id, score }) => {
    const clip = test.get(id);
    return clip ? [{ clip, score }] : [];
  }).sort((a, b) => a.score - b.score);
  const medians = [...Map.groupBy(scored, ({ clip }) => clip.category).values()]
    .map((own) => own[Math.floor((own.length - 1) / 2)]).sort((a, b) => a.score - b.score);
  const normal = medians.filter(({ clip }) => clip.category === category);
  const others = medians.filter(({ clip }) => clip.category !== category), last = others.length - 1;
  const picked = new Set([others[0], others[Math.floor(last / 2)], others[last]].filter((own) => own));
  return {
    training: train.filter((clip) => clip.category === category).slice(0, 2),
    test: [...normal, ...picked],
  };
}

/** Tables I to V, and Table IV's scatter: from plans, or else from finished runs. */
function tables(
  { format, runs, isFinished, plans, clips }: DrawnGroup,
  { columns }: DrawOptions,
  suffix: string,
): Drawing[] {
  const all = typeof clips === "string" ? clips : [...clips.train, ...clips.test.values()];
  const sources: PaperTable[][] = plans.map(({ root, manifest, collection }) =>
    tablesOfPlan(root, manifest, collection)
  );
  if (isFinished) sources.push(tablesOfRuns(Object.values(runs), all));
  return TABLES.flatMap((table): Drawing[] => {
    const found = sources.map((own) => own.find(({ name }) => name === table)!);
    const made = found.find((own) => "table" in own) ?? found[0];
    const drawings: Drawing[] = [{ stem: `table-${table}${suffix}`, ...made, name: `Table ${table}` }];
    if (table !== "IV") return drawings;
    const scatter = { name: "Table IV's scatter", stem: `displacement${suffix}` };
    if ("why" in made) return [...drawings, { ...scatter, why: made.why }];
    const { displacement } = made;
    return [
      ...drawings,
      attempt(scatter.name, scatter.stem, () => scatterOf(displacement!, format, columns)),
    ];
  });
}

/** Table IV as a figure. */
function scatterOf(input: DisplacementInput, data: string, columns: 1 | 2 | undefined): Figure {
  const { rows, correlations } = displacementPoints(input), { cells } = input.with;
  const origin: Origin = {
    detector: input.detector,
    data,
    seeds: [...new Set(cells.map(({ seed }) => seed))],
    split: [...new Set(cells.map(({ split }) => split))].join(", "),
  };
  const plotted = ({ value, byCategories: { low, high } }: Correlation) =>
    ({ name: "Pearson's r", value, ci: [low, high] }) as const;
  const shown = correlations && { gain: plotted(correlations.gain), auroc: plotted(correlations.auroc) };
  return displacementFigure(rows, shown, origin, { columns });
}
