import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  animatedClipFigure,
  aurocFigure,
  type BarTrace,
  clipFigure,
  COLOURS,
  comparisonFigure,
  displacementFigure,
  distanceMapFigure,
  distanceMaps,
  examplesFigure,
  explanationFigure,
  type Figure,
  generateClip,
  type HeatmapTrace,
  histogramFigure,
  type Origin,
  PAPER_AUROC,
  rocFigure,
  type Scatter3dTrace,
  type ScatterTrace,
  timelineFigure,
  trainingFigure,
  UsageError,
} from "../../mod.ts";
import { randomResults } from "../support/plots_fixtures.ts";

const ORIGIN: Origin = { preset: "tiny", seeds: [3, 5], data: "synthetic" };
const clip = generateClip({ category: "kick", seed: 0 }), D = clip.skeleton.joints.length;
const bars = ({ data }: Figure) => data.filter((trace): trace is BarTrace => trace.type === "bar");
const lines = ({ data }: Figure) => data.filter((trace): trace is ScatterTrace => trace.type === "scatter");
const spatial = ({ data }: Figure) =>
  data.filter((trace): trace is Scatter3dTrace => trace.type === "scatter3d");
const close = (a: readonly number[], b: readonly number[], tolerance = 1e-9) => {
  assertEquals(a.length, b.length);
  a.forEach((value, i) => assertAlmostEquals(value, b[i], tolerance));
};

Deno.test("Bars, whiskers and floors of the AUROC figure are the numbers of the results", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 6 }), (seed, normals) => {
      const run = randomResults(seed, { normals }), other = randomResults(seed + 1, { normals });
      const figure = aurocFigure({ ours: run, theirs: other });
      [run, other].forEach(({ categories, macro }, k) => {
        const { x, error_x } = bars(figure)[k], rows = [...categories, macro];
        close(x, rows.map(({ auroc }) => auroc));
        close(x.map((value, i) => value + error_x!.array[i]), rows.map(({ ci }) => ci[1]));
        close(x.map((value, i) => value - error_x!.arrayminus[i]), rows.map(({ ci }) => ci[0]));
      });
      const floor = lines(figure).find(({ name }) => name === "floor knn-poses")!;
      close(floor.x, [...run.categories.map(({ floors }) => floors["knn-poses"]), run.floors["knn-poses"]]);
    }),
    { numRuns: 20 },
  );
});

Deno.test("The paper's column marks the categories that the paper has, and no other", () => {
  const run = randomResults(0, { categories: ["hug", "kick", "juggle"] });
  const mark = lines(aurocFigure({ run }, { paper: PAPER_AUROC.interx })).at(-1)!;
  assertEquals(mark.y, ["hug", "kick", "macro mean"]);
  assertEquals(mark.x, [0.796, 0.857, 0.707]);
});

Deno.test("The paper's columns average to the averages that the paper prints", () => {
  const mean = (format: string) => {
    const { "macro mean": printed, ...rest } = PAPER_AUROC[format];
    const values = Object.values(rest);
    return { printed, sum: values.reduce((a, b) => a + b, 0), n: values.length };
  };
  const interx = mean("interx"), ntu = mean("ntu120");
  assertEquals([interx.n, ntu.n], [40, 25]);
  assertAlmostEquals(interx.sum / interx.n, interx.printed, 1e-3);
  const cutOff = ntu.printed * 26 - ntu.sum; // the value of which only 0.8 is printed
  assert(cutOff > 0.79 && cutOff < 0.91);
});

Deno.test("A comparison keeps order, means and intervals", () => {
  const rows = [{ detector: "a", auroc: 0.9, ci: [0.8, 0.95] as const }, {
    detector: "b",
    auroc: 0.7,
    ci: [0.6, 0.8] as const,
  }];
  const [trace] = lines(comparisonFigure(rows, ORIGIN, "2 folds"));
  assertEquals([trace.y, trace.x], [["a", "b"], [0.9, 0.7]]);
  close(trace.error_x!.arrayminus, [0.1, 0.1]);
});

Deno.test("The area under a plotted ROC curve is the category's AUROC", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 9 }), (seed, anomalies) => {
      const run = randomResults(seed, { anomalies: anomalies + 1 });
      const curves = lines(rocFigure({ run })).filter(({ name }) => name === "run");
      curves.forEach(({ x, y }, k) => {
        const heights = y as readonly number[];
        let area = 0;
        for (let i = 1; i < x.length; i++) area += (x[i] - x[i - 1]) * (heights[i] + heights[i - 1]) / 2;
        assertAlmostEquals(area, run.categories[k].auroc, 1e-9);
      });
      assertEquals(curves.length, run.categories.length);
    }),
    { numRuns: 20 },
  );
});

Deno.test("Histogram bars are shares of each side, and hold every score", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 2, max: 40 }), (seed, bins) => {
      const run = randomResults(seed);
      const [normal, anomalous] = bars(histogramFigure(run, ["kick"], bins));
      const { scores } = run.categories[1];
      for (const [trace, side] of [[normal, false], [anomalous, true]] as const) {
        const own = scores.filter((row) => row.anomalous === side).map((row) => row.score);
        assertAlmostEquals((trace.y as number[]).reduce((a, b) => a + b, 0), 1, 1e-9);
        const half = trace.width! / 2, last = trace.x.length - 1;
        // In the inner bars, each bar has just the scores between its edges; ties with an edge may go either way.
        trace.x.forEach((middle, i) => {
          if (i === 0 || i === last) return;
          const inside = own.filter((score) => score >= middle - half && score < middle + half).length;
          assertAlmostEquals(trace.y[i] as number, inside / own.length, 1e-9);
        });
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("One score far away does not press the others into one bar", () => {
  const run = randomResults(0, { normals: 20, anomalies: 20 }), [category] = run.categories;
  const scores = category.scores.map((row, i) => i === 39 ? { ...row, score: 1e6 } : row);
  const [normal, anomalous] = bars(histogramFigure({ ...run, categories: [{ ...category, scores }] }));
  assert((normal.y as number[]).filter((share) => share > 0).length > 5);
  assert((anomalous.y as number[]).at(-1)! > 0);
});

Deno.test("Figures of the distance maps hold the distance maps, and frame the rows that are asked for", () => {
  const figure = distanceMapFigure(clip, { frames: 3, highlight: ["left_hand"] });
  const maps = distanceMaps(clip.x, clip.y, D),
    shown = [0, Math.round((clip.frames - 1) / 2), clip.frames - 1];
  figure.data.forEach((trace, k) => {
    const own = maps.subarray(shown[k] * D * D, (shown[k] + 1) * D * D);
    assertEquals((trace as HeatmapTrace).z.flat(), [...own]);
  });
  const row = clip.skeleton.joints.indexOf("left_hand");
  assertEquals(figure.layout.shapes!.map(({ y0, y1 }) => (y0 + y1) / 2), [row, row, row]);
  assertThrows(() => distanceMapFigure(clip, { highlight: ["tail"] }), UsageError, "tail");
});

/** Lengths of the lines of a trace whose lines have two ends each. */
function lengths({ x, y, z }: Pick<Scatter3dTrace, "x" | "y" | "z">): number[] {
  const out: number[] = [];
  for (let i = 0; i < x.length; i += 3) {
    out.push(Math.hypot(x[i + 1]! - x[i]!, y[i + 1]! - y[i]!, z[i + 1]! - z[i]!));
  }
  return out;
}

/** Lengths of the bones of a person in a frame. */
function boneLengths(person: Float32Array, frame: number): number[] {
  const at = (joint: number) => (frame * D + joint) * 3;
  return clip.skeleton.parents.flatMap((parent, joint) =>
    parent < 0 ? [] : [Math.hypot(...[0, 1, 2].map((k) => person[at(joint) + k] - person[at(parent) + k]))]
  );
}

Deno.test("Poses in figures have the bones of the clip: only moved and turned", () => {
  const people = spatial(clipFigure(clip, 2)).filter(({ name }) => name?.startsWith("person"));
  const expected = [0, clip.frames - 1].flatMap((frame) =>
    [clip.x, clip.y].map((person) => boneLengths(person, frame))
  );
  people.forEach((trace, k) => close(lengths(trace), expected[k], 1e-5));
  assertEquals(people.length, 4);
  const { frames, data } = animatedClipFigure(clip, 1000);
  assertEquals(frames!.length, clip.frames);
  frames!.forEach(({ data: poses, traces }, t) => {
    assertEquals(traces.map((i) => data[i].name), ["person 1", "person 2"]);
    close(lengths(poses[1] as Scatter3dTrace), boneLengths(clip.y, t), 1e-5);
  });
  assertEquals(animatedClipFigure(clip, 7).frames!.length, 7);
});

Deno.test("In a figure, up is up: every head is above its feet, whatever axis the clip calls up", () => {
  const turned = { ...clip, up: "z" as const, x: clip.x.slice(), y: clip.y.slice() };
  for (const [from, to] of [[clip.x, turned.x], [clip.y, turned.y]]) {
    for (let p = 0; p < from.length; p += 3) {
      [to[p], to[p + 1], to[p + 2]] = [from[p + 2], from[p], from[p + 1]];
    }
  }
  const heights = (figure: Figure) =>
    spatial(figure).filter(({ name }) => name).map(({ z }) => z.map((value) => value ?? NaN));
  heights(clipFigure(clip)).forEach((z, k) => {
    const [low, high] = [Math.min, Math.max].map((f) => f(...z.filter((value) => !Number.isNaN(value))));
    assert(high - low > 1.2, `person ${k} is ${high - low} m tall`);
    assert(z[0] > (low + high) / 2);
  });
  heights(clipFigure(turned)).forEach((z, k) => {
    const expected = heights(clipFigure(clip))[k];
    z.forEach((value, i) => Number.isNaN(value) || assertAlmostEquals(value, expected[i], 1e-4));
  });
});

Deno.test("Figures 4 and 5 name every clip and its score, a scene each, all of the same scale", () => {
  const other = generateClip({ category: "hug", seed: 1 });
  const figure = examplesFigure([clip], [{ clip, score: 12.345 }, { clip: other, score: 98.7 }], ORIGIN);
  assertEquals(figure.layout.annotations!.map(({ text }) => text), [
    "training<br>kick",
    "kick<br>AS 12.35",
    "hug<br>AS 98.70",
  ]);
  const scenes = Object.entries(figure.layout).filter(([key]) => key.startsWith("scene"));
  assertEquals(scenes.map(([key]) => key), ["scene", "scene2", "scene3"]);
  const ratios = scenes.map(([, scene]) => (scene as { aspectratio: unknown }).aspectratio);
  assertEquals(ratios[1], ratios[0]);
  assertThrows(() => examplesFigure([], [], ORIGIN), UsageError);
});

Deno.test("Training curves hold every step, and only the feature deviations that there are", () => {
  const steps = [{ step: 1, loss: 9, featureStd: 1 }, { step: 2, loss: 7 }, {
    step: 3,
    loss: 8,
    featureStd: 0.5,
  }];
  const [loss, std] = lines(trainingFigure(steps, ORIGIN));
  assertEquals([loss.x, loss.y], [[1, 2, 3], [9, 7, 8]]);
  assertEquals([std.x, std.y], [[1, 3], [1, 0.5]]);
});

Deno.test("A timeline holds scores and p, shades the intervals and the truth in seconds, and draws the alarm line", () => {
  const found = { scores: [1, 5, 6, 2], p: [0.5, 0.02, 0.01, 0.3], intervals: [{ start: 1, end: 3 }] };
  const figure = timelineFigure(found, { fps: 2, alpha: 0.05, truth: [0, 0, 1, 1] }, ORIGIN);
  const [score, p, alarm] = lines(figure);
  assertEquals([score.y, p.y, alarm.y], [found.scores, found.p, [0.05, 0.05]]);
  assertEquals(score.x, [0, 0.5, 1, 1.5]);
  assertEquals(figure.layout.shapes!.map(({ x0, x1 }) => [x0, x1]), [[0.5, 1.5], [1, 2]]);
});

Deno.test("Table IV as a figure: every category at its displacement, gain and AUROC, correlations as given", () => {
  const rows = [{ category: "a", dsp: 2, auroc: 0.8, gain: 0.1 }, {
    category: "b",
    dsp: 1,
    auroc: 0.9,
    gain: -0.2,
  }];
  const correlation = (value: number) => ({ name: "r", value, ci: [value - 0.5, value + 0.1] as const });
  const figure = displacementFigure(rows, { gain: correlation(0.5), auroc: correlation(-0.25) }, ORIGIN);
  const [gain, auroc] = lines(figure);
  assertEquals([gain.x, gain.y, gain.text], [[2, 1], [0.1, -0.2], ["a", "b"]]);
  assertEquals(auroc.y, [0.8, 0.9]);
  assertEquals(figure.layout.annotations!.map(({ text }) => text), [
    "r 0.50 (0.00 to 0.60)",
    "r -0.25 (-0.75 to -0.15)",
  ]);
});

Deno.test("An explanation's bars, line and matrix add up to its contributions", () => {
  const frames = 3, values = (n: number) => Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  const why = {
    score: 9,
    nearest: "n",
    nearestScore: 4,
    frames,
    byFrame: values(frames),
    byJoint: [values(frames * D), values(frames * D).map((value) => -2 * value)] as const,
    byPair: values(frames * D * D),
  };
  const figure = explanationFigure(clip, why, ORIGIN),
    sum = (all: Iterable<number>) => [...all].reduce((a, b) => a + b);
  bars(figure).forEach(({ x }, k) => assertAlmostEquals(sum(x), sum(why.byJoint[k]), 1e-9));
  assertEquals(lines(figure)[0].y, [...why.byFrame]);
  assertAlmostEquals(sum((figure.data.at(-1) as HeatmapTrace).z.flat()), sum(why.byPair), 1e-9);
  assertThrows(() => explanationFigure(clip, { ...why, frames: 4 }, ORIGIN), UsageError);
});

Deno.test("Captions state preset, seeds and n", () => {
  const run = randomResults(7);
  const both = { run, again: { ...run, seed: 8, detector: "iadnet" } };
  for (const figure of [aurocFigure(both), rocFigure(both)]) {
    assert(/[Pp]reset tiny and default, engine cpu, seeds 7, 8; .* n = 13 test clips/.test(figure.caption));
  }
  for (const figure of [trainingFigure([{ step: 1, loss: 1 }], ORIGIN), clipFigure(clip, 3, ORIGIN)]) {
    assert(/Preset tiny, seeds 3, 5; synthetic; n = 1 /.test(figure.caption), figure.caption);
  }
  assert(histogramFigure(run).caption.includes("seed 7"));
});

Deno.test("A run that lacks a category of the first cannot stand beside it", () => {
  const runs = { a: randomResults(0), b: randomResults(0, { categories: ["hug"] }) };
  assertThrows(() => aurocFigure(runs), UsageError, "run b lacks kick");
  assertThrows(() => rocFigure(runs), UsageError, "kick");
  assertThrows(() => aurocFigure({}), UsageError);
});

Deno.test("Text can be read on white and on black, and data colours stand out from both", () => {
  const channel = (value: number) => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (hex: string) =>
    [1, 3, 5].reduce(
      (sum, at, k) => sum + [0.2126, 0.7152, 0.0722][k] * channel(parseInt(hex.slice(at, at + 2), 16) / 255),
      0,
    );
  const contrasts = (hex: string) => [1.05 / (luminance(hex) + 0.05), (luminance(hex) + 0.05) / 0.05];
  assert(Math.min(...contrasts(COLOURS.grey)) > 4.5); // WCAG AA
  for (const colour of [COLOURS.blue, COLOURS.vermillion, COLOURS.green]) {
    assert(Math.min(...contrasts(colour)) > 3, colour); // WCAG 1.4.11
  }
});
