import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../lib/core/errors.ts";
import { generateClip } from "../../lib/data/synthetic/mod.ts";
import {
  aurocFigure,
  clipFigure,
  distanceMapFigure,
  type Figure,
  figureAxis,
  figureLayout,
  histogramFigure,
  rocFigure,
  toSvg,
} from "../../lib/plots/mod.ts";
import { escapeText } from "../../lib/core/display.ts";
import { viewOf } from "../../lib/plots/people.ts";
import { randomResults } from "../support/plots_fixtures.ts";
import { parseSvg } from "../support/svg.ts";

const run = randomResults(0), clip = generateClip({ category: "push", seed: 0 });
const FIGURES: readonly Figure[] = [
  aurocFigure({ run }),
  rocFigure({ run }),
  histogramFigure(run),
  distanceMapFigure(clip, { highlight: ["head"] }),
  distanceMapFigure(clip, { frames: 2 }),
  clipFigure(clip),
];

/** Attributes of all rectangles but the page's own. */
const rects = (svg: string) =>
  parseSvg(svg).filter(({ name }) => name === "rect").slice(1).map(({ attributes }) => attributes);

Deno.test("Every figure is well-formed SVG without a number that is none, one or two columns wide", () => {
  for (const figure of FIGURES) {
    for (const [columns, width] of [[1, "88mm"], [2, "181mm"]] as const) {
      const svg = toSvg(figure, { columns }), [root] = parseSvg(svg);
      assertEquals(root.attributes.width, width);
      const [, , w, h] = root.attributes.viewBox.split(" ").map(Number);
      assertAlmostEquals(w * 25.4 / 72, parseFloat(width), 0.01);
      assertAlmostEquals(h * 25.4 / 72, parseFloat(root.attributes.height), 0.01);
      assert(!/NaN|Infinity|undefined/.test(svg), figure.kind);
      assertEquals(root.attributes["font-family"], "Helvetica, Arial, sans-serif");
    }
  }
});

Deno.test("Nothing is drawn outside the page", () => {
  for (const figure of FIGURES) {
    const svg = toSvg(figure, { columns: 2 }), [root] = parseSvg(svg);
    const [, , w, h] = root.attributes.viewBox.split(" ").map(Number);
    for (const { name, attributes: a } of parseSvg(svg)) {
      if (name === "rect") {
        assert(Number(a.x ?? 0) >= -0.01 && Number(a.x ?? 0) + Number(a.width) <= w + 0.01, figure.kind);
        assert(Number(a.y ?? 0) >= -0.01 && Number(a.y ?? 0) + Number(a.height) <= h + 0.01, figure.kind);
      }
      if (name === "text") assert(Number(a.x) >= 0 && Number(a.x) <= w && Number(a.y) <= h, figure.kind);
    }
  }
});

Deno.test("Text from data is escaped: whatever a category is called, it is text in the picture and no markup", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
      fc.pre(!name.includes("<br>") && name.trim() === name);
      const svg = toSvg(aurocFigure({ run: randomResults(0, { categories: [name] }) }));
      assert(parseSvg(svg).some(({ name: tag, text }) => tag === "text" && text === escapeText(name)));
    }),
  );
  assertEquals(escapeText(`<b a="1">&'\u0000`), "&lt;b a=&quot;1&quot;&gt;&amp;&apos;");
});

Deno.test("Bars are as long as their values, from 0, and whiskers end where the intervals do", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 8 }),
      (values) => {
        const figure: Figure = {
          kind: "bars",
          caption: "",
          data: [{
            type: "bar",
            orientation: "h",
            x: values,
            y: values.map((_, i) => `row ${i}`),
            marker: { color: "#000000" },
            error_x: {
              type: "data",
              symmetric: false,
              array: values.map(() => 0.1),
              arrayminus: values.map((value) => value / 2),
            },
          }],
          layout: figureLayout("bars", 300, {
            xaxis: figureAxis("", { range: [0, 2] }),
            yaxis: figureAxis("", { type: "category", autorange: "reversed" }),
          }),
        };
        const svg = toSvg(figure, { columns: 1 }), drawn = rects(svg);
        assertEquals(drawn.length, values.length);
        const unit = Number(drawn[0].width) / values[0], zero = Number(drawn[0].x);
        drawn.forEach((rect, i) => {
          assertAlmostEquals(Number(rect.width), values[i] * unit, 0.05 / values[0]);
          assertEquals(Number(rect.x), zero);
          if (i > 0) assert(Number(rect.y) > Number(drawn[i - 1].y), "the first row is on top");
        });
        const whiskers = parseSvg(svg).filter(({ name, attributes }) =>
          name === "path" && attributes.fill === "none"
        );
        whiskers.forEach(({ attributes }, i) => {
          const [low, high] = attributes.d.match(/^M([\d.]+) [\d.]+L([\d.]+)/)!.slice(1).map(Number);
          assertAlmostEquals(low, zero + values[i] / 2 * unit, 0.1 / values[0]);
          assertAlmostEquals(high, zero + (values[i] + 0.1) * unit, 0.1 / values[0]);
        });
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("Bars side by side do not overlap, bars over each other do", () => {
  const spans = (svg: string) => rects(svg).map(({ y, height }) => [Number(y), Number(y) + Number(height)]);
  const both = { a: run, b: randomResults(1) };
  const drawn = spans(toSvg(aurocFigure(both), { columns: 2 })).filter(([from, to]) => to - from > 5.5).sort((
    p,
    q,
  ) => p[0] - q[0]);
  assertEquals(drawn.length, 2 * (run.categories.length + 1));
  drawn.forEach(([from], i) => assert(i === 0 || from >= drawn[i - 1][1] - 0.01));
});

Deno.test("A matrix is drawn square, a cell an entry, the closest pair the darkest", () => {
  const figure = distanceMapFigure(clip, { frames: 2 }), D = clip.skeleton.joints.length;
  const cells = rects(toSvg(figure)).filter(({ fill, width, height }) => fill !== "none" && width === height);
  assertEquals(cells.length, 2 * D * D);
  const brightness = (fill: string) =>
    fill.match(/\d+/g)!.slice(0, 3).reduce((sum, value) => sum + Number(value), 0);
  const values = figure.data.flatMap((trace) => trace.type === "heatmap" ? trace.z.flat() : []);
  const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
  order.forEach((cell, k) =>
    assert(k === 0 || brightness(cells[cell].fill) <= brightness(cells[order[k - 1]].fill) + 3)
  );
});

Deno.test("The orthographic view is rigid: depth and place keep all distances", () => {
  const coordinate = fc.double({ min: -5, max: 5, noNaN: true });
  const point = fc.tuple(coordinate, coordinate, coordinate);
  fc.assert(fc.property(point, point, point, (eye, a, b) => {
    fc.pre(Math.hypot(eye[0], eye[1]) > 0.1);
    const view = viewOf({ eye: { x: eye[0], y: eye[1], z: eye[2] }, up: { x: 0, y: 0, z: 1 } });
    const [p, q] = [view(...a), view(...b)];
    assertAlmostEquals(
      Math.hypot(...p.map((value, k) => value - q[k])),
      Math.hypot(...a.map((value, k) => value - b[k])),
      1e-9,
    );
    assert(view(0, 0, 1)[1] >= 0, "up is up");
  }));
});

Deno.test("A shape that refers to an axis without a trace is refused", () => {
  const figure = aurocFigure({ run });
  const [shape] = figure.layout.shapes!;
  const wrong = { ...figure, layout: { ...figure.layout, shapes: [{ ...shape, xref: "x7" }] } };
  assertThrows(() => toSvg(wrong), UsageError, "x7");
});
