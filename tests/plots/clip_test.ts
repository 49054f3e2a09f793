import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { animatedClipFigure, clipFigure } from "../../lib/plots/clip.ts";
import type { Figure, Scatter3dTrace } from "../../lib/plots/figure.ts";
import { clip, close, JOINTS, tracesIn3d } from "../support/plots_fixtures.ts";

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
  const at = (joint: number) => (frame * JOINTS + joint) * 3;
  return clip.skeleton.parents.flatMap((parent, joint) =>
    parent < 0 ? [] : [Math.hypot(...[0, 1, 2].map((k) => person[at(joint) + k] - person[at(parent) + k]))]
  );
}

Deno.test("Poses in figures have the bones of the clip, only moved and turned", () => {
  const people = tracesIn3d(clipFigure(clip, 2)).filter(({ name }) => name?.startsWith("person"));
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

Deno.test("In a figure every head is above its feet, whatever the up axis of the clip", () => {
  const turned = { ...clip, up: "z" as const, x: clip.x.slice(), y: clip.y.slice() };
  for (const [from, to] of [[clip.x, turned.x], [clip.y, turned.y]]) {
    for (let p = 0; p < from.length; p += 3) {
      [to[p], to[p + 1], to[p + 2]] = [from[p + 2], from[p], from[p + 1]];
    }
  }
  const heights = (figure: Figure) =>
    tracesIn3d(figure).filter(({ name }) => name).map(({ z }) => z.map((value) => value ?? NaN));
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
