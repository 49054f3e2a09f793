/** Text of figures for print: no two texts overlap, none leaves the page, and no whisker is hidden. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { INTERX_CATEGORIES } from "../../lib/data/formats/interx/names.ts";
import { NTU_CATEGORIES } from "../../lib/data/formats/ntu/names.ts";
import { getSkeleton } from "../../lib/data/mod.ts";
import { generateClip } from "../../lib/data/synthetic/mod.ts";
import { PAPER_AUROC } from "../../lib/experiments/tables/paper.ts";
import {
  aurocFigure,
  comparisonFigure,
  displacementFigure,
  distanceMapFigure,
  examplesFigure,
  type Figure,
  histogramFigure,
  rocFigure,
  toSvg,
} from "../../lib/plots/mod.ts";
import { placeLabels } from "../../lib/plots/svg/labels.ts";
import { shorten, textWidth } from "../../lib/plots/svg/text.ts";
import { BROWSER, openPage, withBrowser } from "../support/browser.ts";
import { ORIGIN, randomResults } from "../support/plots_fixtures.ts";
import { parseSvg, textBoxes, textFaults } from "../support/svg.ts";

const SBU = [
  "approaching",
  "departing",
  "kicking",
  "pushing",
  "shaking-hands",
  "hugging",
  "exchanging-objects",
  "punching",
];
const SETS = {
  sbu: SBU,
  ntu120: [...NTU_CATEGORIES.values()].map(([name]) => name),
  interx: INTERX_CATEGORIES.map(([name]) => name),
};
const NAMES = [
  "iadnet-default-sbu5",
  "stg-nf",
  "a run with a very long name, longer than a column of a paper is wide: ".repeat(2),
  "run",
];
const COLUMNS = [1, 2] as const;

/** Runs with random scores. */
const runsOf = (count: number, categories: readonly string[]) =>
  Object.fromEntries(NAMES.slice(0, count).map((name, i) => [name, randomResults(i, { categories })]));

/** Table IV's scatter with random values. */
function scatter(categories: readonly string[], columns: 1 | 2): Figure {
  const { categories: rows } = randomResults(7, { categories });
  const points = rows.map(({ category, auroc, floors }) => ({
    category,
    dsp: 1 + floors["clip-length"],
    auroc,
    gain: (floors["knn-poses"] - 0.4) / 9,
  }));
  const r = { name: "Pearson's r", value: 0.1, ci: [-0.34, 0.51] as const };
  return displacementFigure(points, { gain: r, auroc: r }, ORIGIN, { columns });
}

for (const [set, categories] of Object.entries(SETS)) {
  for (const columns of COLUMNS) {
    Deno.test(`No two texts overlap, at ${columns * 88 + (columns - 1) * 5} mm, of ${categories.length} categories (${set}) and one to four runs`, () => {
      for (const count of [1, 2, 3, 4]) {
        const runs = runsOf(count, categories), paper = PAPER_AUROC[set];
        for (
          const figure of [
            aurocFigure(runs, paper && { paper }),
            rocFigure(runs, undefined, { columns }),
            rocFigure(runs), // one that was made for the other width
            histogramFigure(runs[NAMES[0]], undefined, { columns }),
            histogramFigure(runs[NAMES[0]]),
            scatter(categories, columns),
          ]
        ) {
          assertEquals(textFaults(toSvg(figure, { columns })), [], `${figure.kind} of ${count} runs`);
        }
      }
    });
  }
}

Deno.test("No two texts overlap in figures of clips and in comparisons", () => {
  const clips = ["hug", "kick", "handshake", "high-five", "pass-object", "wave"].map((category) =>
    generateClip({ category, seed: 0 })
  );
  const row = {
    training: clips.slice(0, 2),
    test: clips.slice(2).map((clip, i) => ({ clip, score: 1234.5 * i - 99 })),
  };
  const large = generateClip({ category: "push", seed: 0, skeleton: getSkeleton("ntu25") });
  const rows = NAMES.map((detector) => ({ detector, auroc: 0.9, ci: [0.8, 1] as const }));
  for (const columns of COLUMNS) {
    for (
      const figure of [
        distanceMapFigure(clips[0], { highlight: ["head"] }),
        distanceMapFigure(large),
        examplesFigure([row, row], ORIGIN, { columns }),
        comparisonFigure(rows, ORIGIN, "8 categories"),
      ]
    ) assertEquals(textFaults(toSvg(figure, { columns })), [], figure.kind);
  }
});

Deno.test("Every category of a figure is named, also where its label has been moved", () => {
  for (const categories of Object.values(SETS)) {
    for (const columns of COLUMNS) {
      const runs = runsOf(4, categories);
      for (
        const figure of [
          aurocFigure(runs),
          rocFigure(runs, undefined, { columns }),
          scatter(categories, columns),
        ]
      ) {
        const texts = textBoxes(toSvg(figure, { columns })).map(({ text }) => text);
        for (const category of categories) {
          assert(texts.includes(category), `${figure.kind} lacks ${category}`);
        }
      }
    }
  }
});

Deno.test("Labels cover neither each other nor the points, and stay inside", () => {
  const area = { left: 0, top: 0, width: 220, height: 160 };
  const point = fc.tuple(
    fc.double({ min: 0, max: 220, noNaN: true }),
    fc.double({ min: 0, max: 160, noNaN: true }),
  );
  fc.assert(fc.property(fc.array(point, { minLength: 1, maxLength: 40 }), (points) => {
    const placed = placeLabels(points, points.map((_, i) => `category ${i}`), area);
    const boxes = placed.map((
      { left, right, middle, size },
    ) => [left, middle - size / 2, right, middle + size / 2]);
    boxes.forEach(([l, t, r, b], i) => {
      assert(l >= 0 && r <= 220 && t >= 0 && b <= 160);
      assert(points.every(([x, y]) => x <= l || x >= r || y <= t || y >= b));
      for (const [l2, t2, r2, b2] of boxes.slice(0, i)) assert(l >= r2 || r <= l2 || t >= b2 || b <= t2);
    });
    if (points.length <= 8) assertEquals(placed.length, points.length);
  }));
});

Deno.test("A text that is too long loses its middle, and then fits", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 8, max: 90 }), (text, width) => {
    fc.pre(!text.includes("<br>"));
    const short = shorten(text, 6, width);
    assert(textWidth(short, 6) <= width);
    if (textWidth(text, 6) <= width) assertEquals(short, text);
    else assert(short.includes("\u2026") && text.startsWith(short.split("\u2026")[0]));
  }));
});

Deno.test("A whisker is drawn after everything that could hide it, and nothing filled lies over it, also at AUROC 1", () => {
  const perfect = (k: number) => {
    const run = randomResults(k), one = { auroc: 1, ci: [1, 1] as const };
    const floors = { "knn-poses": 1, "clip-length": 1 };
    return {
      ...run,
      floors,
      macro: one,
      categories: run.categories.map((own) => ({ ...own, ...one, floors })),
    };
  };
  const paper = { hug: 1, kick: 1, "macro mean": 1 };
  const rows = [{ detector: "a", auroc: 1, ci: [0.99, 1] as const }];
  for (const columns of COLUMNS) {
    for (
      const figure of [
        aurocFigure({ a: perfect(0), b: perfect(1) }, { paper }),
        comparisonFigure(rows, ORIGIN, "1"),
      ]
    ) {
      const all = parseSvg(toSvg(figure, { columns }));
      const isWhisker = ({ name, attributes }: typeof all[number]) =>
        name === "path" && attributes.fill === "none" && !attributes.transform;
      const first = all.findIndex(isWhisker),
        whiskers = all.filter(isWhisker),
        width = Number(all[0].attributes.viewBox.split(" ")[2]);
      assertEquals(whiskers.length, figure.kind === "auroc" ? 6 : 1);
      const after = all.slice(first).filter((own) =>
        !isWhisker(own) && own.attributes.transform?.startsWith("translate")
      );
      const markers = all.slice(0, first).filter(({ attributes }) =>
        attributes.transform?.startsWith("translate")
      );
      assert(
        markers.length > 0 && markers.every(({ attributes }) => attributes.fill === "none"),
        "markers are outlines",
      );
      for (const { attributes } of after) assertEquals(attributes.fill, "none"); // samples of the legend
      for (const { attributes } of whiskers) {
        const ends = [...attributes.d.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map((
          [, x, y],
        ) => [Number(x), Number(y)]);
        assert(ends.every(([x]) => x < width), "1 is inside the page");
        const [low, high] = [Math.min(...ends.map(([, y]) => y)), Math.max(...ends.map(([, y]) => y))];
        if (figure.kind === "comparison") assert(high - low > 8 * 0.6, "the caps reach beyond the marker");
      }
    }
  }
});

/** Runs in a page: the pairs of texts whose letters overlap. The box of a line is higher than its letters. */
const OVERLAPS = `(() => {
  const texts = [...document.querySelectorAll("text")].flatMap((own) =>
    own.querySelector("tspan") ? [...own.querySelectorAll("tspan")] : [own]
  );
  const boxes = texts.map((own) => ({ text: own.textContent, box: own.getBoundingClientRect() }));
  return boxes.flatMap(({ text, box }, i) =>
    boxes.slice(0, i).filter(({ box: other }) => {
      const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const up = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      return across > 0.8 && up > 0.35 * Math.min(box.height, other.height, box.width, other.width);
    }).map((other) => other.text + " overlaps " + text)
  );
})()`;

Deno.test({
  name: "No two texts overlap as a browser draws them, whatever font stands in for Helvetica",
  ignore: !BROWSER,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    await withBrowser(async (browser) => {
      const { page } = await openPage(browser, "about:blank");
      for (const columns of COLUMNS) {
        const runs = runsOf(4, SETS.interx);
        for (
          const figure of [
            aurocFigure(runs),
            rocFigure(runs, undefined, { columns }),
            scatter(SETS.interx, columns),
          ]
        ) {
          await page.setContent(toSvg(figure, { columns }));
          const faults = await page.evaluate(OVERLAPS);
          assertEquals(faults, [], figure.kind);
        }
      }
    });
  },
});
