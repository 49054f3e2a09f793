/** All that the paper shows, from runs on any data: drawn, or named with the reason why it is not. */
import { assert, assertEquals } from "@std/assert";
import { syntheticDataset } from "../../lib/data/synthetic/mod.ts";
import { splitDataset } from "../../lib/data/split.ts";
import type { Results } from "../../lib/experiments/results.ts";
import type { DrawnGroup } from "../../lib/report/drawn_runs.ts";
import { drawAll, type Drawing } from "../../lib/report/paper_figures.ts";
import type { HeatmapTrace } from "../../lib/plots/figure.ts";

/** All names that every run and plan is asked for. */
const NAMES = [
  ...["AUROC", "ROC curves", "Histograms", "Figure 3", "Figure 3, poses"],
  ...[
    "Table I",
    "Table II",
    "Table III",
    "Table IV",
    "Table IV's scatter",
    "Table V",
    "Figure 4",
    "Figure 5",
  ],
];

/** A run with scores that grow with the number of a clip. */
function groupOf(format: string, categories: readonly string[], closed?: string): DrawnGroup {
  const dataset = syntheticDataset({ seed: 0, clipsPerCategory: 10, categories }),
    split = splitDataset(dataset, "fold:1", 0);
  const results: Results = {
    ...{ version: "0", detector: "iadnet:preset=tiny", engine: "cpu", seed: 0, split: "fold:1", floors: {} },
    data: { format, hash: format, train: split.train.length, test: split.test.length, skipped: 0 },
    macro: { auroc: 0.9, ci: [0.8, 1] },
    categories: categories.map((category) => ({
      ...{ category, auroc: 0.9, ci: [0.8, 1], floors: {}, warnings: [] },
      normals: split.test.filter((clip) => clip.category === category).length,
      anomalies: split.test.filter((clip) => clip.category !== category).length,
      scores: split.test.map(({ id, category: own }, k) => ({
        clip: id,
        score: 10 * k + 0.25,
        anomalous: own !== category,
      })),
    })),
  };
  const test = new Map(split.test.map((clip) => [clip.id, clip]));
  return {
    format,
    runs: { run: results },
    isFinished: true,
    plans: [],
    clips: closed ?? { train: split.train, test },
  };
}

const named = (drawings: readonly Drawing[], name: string) => drawings.find((own) => own.name === name)!;
const figureOf = (drawings: readonly Drawing[], name: string) => {
  const own = named(drawings, name);
  assert("figure" in own, "why" in own ? own.why : name);
  return own.figure;
};
const whyOf = (drawings: readonly Drawing[], name: string) => {
  const own = named(drawings, name);
  return "why" in own ? own.why : undefined;
};
const FIVE = ["handshake", "hug", "kick", "push", "wave"];

Deno.test("Every figure and table of the paper is drawn or named with a reason, whatever is given", () => {
  const groups = [
    groupOf("sbu", FIVE),
    groupOf("sbu", FIVE, "The data is gone"),
    groupOf("sbu", ["hug", "kick"]),
  ];
  for (const group of groups) {
    const drawings = drawAll([group], {});
    assertEquals(drawings.map(({ name }) => name), NAMES);
    assertEquals(new Set(drawings.map(({ stem }) => stem)).size, NAMES.length);
    for (const own of drawings) assert(!("why" in own) || own.why.length > 10, own.name);
  }
  const [open, closed, small] = groups.map((group) => drawAll([group], {}));
  assertEquals(open.filter((own) => "why" in own).map(({ name }) => name), [
    ...["Table II", "Table III", "Table IV", "Table IV's scatter", "Table V"],
  ]);
  for (const name of ["Figure 3", "Figure 3, poses", "Figure 4", "Figure 5"]) {
    assertEquals(whyOf(closed, name), "The data is gone");
  }
  assert(whyOf(small, "Figure 5")!.startsWith("the run has no other categories than hug and kick"));
});

Deno.test("Figure 3 shows the distance maps of a clip, with the hand of person 1 that comes nearest outlined", () => {
  const group = groupOf("sbu", FIVE),
    figure = figureOf(drawAll([group], { categories: ["push"] }), "Figure 3");
  assert(typeof group.clips !== "string");
  const clip = [...group.clips.test.values()].find(({ category }) => category === "push")!,
    { joints } = clip.skeleton;
  assert(figure.caption.includes(clip.id) && figure.data.length === 5);
  const row = figure.layout.shapes![0].y0 + 0.5;
  assert(/hand/.test(joints[row]), joints[row]);
  const D = joints.length,
    nearest = (hand: number) => {
      let least = Infinity;
      for (let t = 0; t < clip.frames; t++) {
        for (let j = 0; j < D; j++) {
          const away = [0, 1, 2].map((k) => clip.x[(t * D + hand) * 3 + k] - clip.y[(t * D + j) * 3 + k]);
          least = Math.min(least, Math.hypot(...away));
        }
      }
      return least;
    };
  const hands = [...joints.keys()].filter((joint) => joints[joint].includes("hand"));
  assertEquals(row, hands.sort((a, b) => nearest(a) - nearest(b))[0]);
  assertEquals((figure.data[0] as HeatmapTrace).y, joints);
});

Deno.test("Figures 4 and 5 show two categories each, with training clips and the scores of the results", () => {
  const group = groupOf("sbu", FIVE), drawings = drawAll([group], {});
  assert(figureOf(drawings, "Figure 4").caption.startsWith("Normal categories handshake and hug: "));
  assert(figureOf(drawings, "Figure 5").caption.startsWith("Normal categories kick and push: "));
  const titles = figureOf(drawings, "Figure 4").layout.annotations!.map(({ text }) => text.split("<br>"));
  assertEquals(titles.slice(0, 2), [["training", "handshake"], ["training", "handshake"]]);
  assertEquals(titles.length, 12);
  const [, , normal, ...others] = titles.slice(0, 6),
    scores = others.map(([, text]) => Number(text.slice(3)));
  assertEquals(normal[0], "handshake");
  assert(others.every(([category]) => category !== "handshake"));
  assertEquals(scores, scores.toSorted((a, b) => a - b));
  const known = group.runs.run.categories[0].scores.map(({ score }) => score);
  assert(scores.every((score) => known.includes(score)));
  const chosen = drawAll([group], { categories: ["wave", "kick"] });
  assert(figureOf(chosen, "Figure 4").caption.startsWith("Normal categories wave and kick: "));
});

Deno.test("Figure 4 is of Inter-X and Figure 5 of NTU RGB+D 120, with the paper's categories, in whatever order they come", () => {
  const ntu = groupOf("ntu120", ["hug", "handshake", "kick", "push"]),
    interx = groupOf("interx", ["hug", "high-five", "kick"]);
  const both = drawAll([ntu, interx], {});
  assert(figureOf(both, "Figure 4").caption.startsWith("Normal categories high-five and hug: "));
  assert(figureOf(both, "Figure 5").caption.startsWith("Normal categories handshake and hug: "));
  assert(
    figureOf(both, "Figure 4").caption.includes("interx") &&
      figureOf(both, "Figure 5").caption.includes("ntu120"),
  );
  const stems = both.map(({ stem }) => stem);
  assert(stems.includes("table-I") && stems.includes("table-I-2") && stems.includes("roc-2"));
  assertEquals(new Set(stems).size, stems.length);
  assert(named(both, "Table I of data set 2"));
  const alone = drawAll([ntu], {});
  assert(figureOf(alone, "Figure 5").caption.startsWith("Normal categories handshake and hug: "));
  assert(figureOf(alone, "Figure 4").caption.startsWith("Normal categories kick and push: "));
});

Deno.test("A run that lacks a category of another is told, and the rest is drawn", () => {
  const group = groupOf("sbu", FIVE), { run } = group.runs;
  const part = { ...run, detector: "knn-poses", categories: run.categories.slice(1) };
  const drawings = drawAll([{ ...group, runs: { run, part } }], {});
  assert(whyOf(drawings, "AUROC")!.includes("run part lacks handshake"));
  assert("table" in named(drawings, "Table I") && "figure" in named(drawings, "Histograms of part"));
});
