import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError, UsageError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import type { Clip, Recording } from "../../../lib/data/clip.ts";
import {
  checkMissing,
  completeClip,
  MISSING_POLICIES,
  MissingJointsError,
} from "../../../lib/data/transforms/missing.ts";
import { countLost, randomClip } from "../../support/data_fixtures.ts";

const clipOf = (seed: number, frames = 40): Clip => ({ ...randomClip(seed, frames), fps: 10 });
const widthOf = (clip: Clip) => clip.x.length / clip.frames;

/** A copy that lacks the joints `[person, frame, joint]`. */
function without(clip: Clip, lost: readonly (readonly [1 | 2, number, number])[]): Recording {
  const x = clip.x.slice(), y = clip.y.slice(), width = widthOf(clip);
  for (const [person, frame, joint] of lost) {
    const at = frame * width + joint * 3;
    (person === 1 ? x : y).fill(NaN, at, at + 3);
  }
  return { ...clip, x, y };
}

/** All joints of a person in some frames. */
function bodies(clip: Clip, person: 1 | 2, frames: readonly number[]) {
  return frames.flatMap((frame) =>
    clip.skeleton.joints.map((_, joint): [1 | 2, number, number] => [person, frame, joint])
  );
}

Deno.test("A recording without a missing joint is the clip itself, under every policy", () => {
  const clip = clipOf(0);
  for (const missing of MISSING_POLICIES) assertEquals(completeClip(clip, "a", { missing }), clip);
});

Deno.test("Interpolation changes missing joints alone, counts each, and is exact for joints that move straight", () => {
  const random = new Random(1);
  for (let round = 0; round < 50; round++) {
    const clip = clipOf(round), width = widthOf(clip);
    for (const values of [clip.x, clip.y]) {
      for (let k = 0; k < width; k++) {
        const [from, step] = [random.normal(0, 1), random.normal(0, 0.1)];
        for (let t = 0; t < clip.frames; t++) values[t * width + k] = from + t * step;
      }
    }
    const lost = Array.from({ length: 5 }, (_, i): [1 | 2, number, number] => [
      random.uniform(0, 1) < 0.5 ? 1 : 2,
      1 + i * 7 + Math.floor(random.uniform(0, 1) * 3),
      Math.floor(random.uniform(0, 1) * width / 3),
    ]);
    const mended = completeClip(without(clip, lost), "a", { missing: "interpolate" });
    assertEquals([mended.interpolated, mended.frames, mended.cut], [5, clip.frames, undefined]);
    for (const [i, values] of [mended.x, mended.y].entries()) {
      values.forEach((value, p) => {
        const isLost = lost.some(([person, frame, joint]) =>
          person === i + 1 && Math.floor(p / 3) === frame * width / 3 + joint
        );
        const known = [clip.x, clip.y][i][p];
        if (isLost) assert(Math.abs(value - known) < 1e-5);
        else assertEquals(value, known);
      });
    }
  }
});

Deno.test("One coordinate that is NaN makes the joint missing; infinity is an error under every policy", () => {
  const clip = clipOf(2);
  for (const axis of [0, 1, 2]) {
    const x = clip.x.slice();
    x[20 * widthOf(clip) + 6 + axis] = NaN;
    assertEquals(completeClip({ ...clip, x }, "a", { missing: "interpolate" }).interpolated, 1);
    x[20 * widthOf(clip) + 6 + axis] = Infinity;
    for (const missing of MISSING_POLICIES) {
      const error = assertThrows(() => completeClip({ ...clip, x }, "a", { missing }), DataError, "Infinity");
      assert(!(error instanceof MissingJointsError));
    }
  }
});

Deno.test("A clip is cut to the frames from the first to the last in which both people are there, and the rest is counted", () => {
  const clip = clipOf(3), width = widthOf(clip);
  const late = bodies(clip, 2, [0, 1, 2, 3]), early = bodies(clip, 1, [38, 39]);
  for (const missing of MISSING_POLICIES) {
    const cut = completeClip(without(clip, [...late, ...early]), "a", { missing });
    assertEquals([cut.frames, cut.cut, cut.interpolated], [34, 6, undefined]);
    assertEquals([cut.x, cut.y], [clip.x, clip.y].map((values) => values.slice(4 * width, 38 * width)));
  }
  // One joint is enough to be there; the others are filled in from the nearest frame.
  const almost = bodies(clip, 2, [0, 1]).slice(1);
  const held = completeClip(without(clip, almost), "a", { missing: "interpolate" });
  assertEquals([held.frames, held.cut, held.interpolated], [40, undefined, almost.length]);
});

Deno.test("A body whose joints are all zero is missing in every format, a single joint only where a sensor writes it so", () => {
  const clip = clipOf(4), width = widthOf(clip), zeros = clip.y.slice();
  zeros.fill(0, 10 * width, 14 * width);
  const options = { missing: "interpolate" } as const;
  assertEquals(completeClip({ ...clip, y: zeros }, "a", options).interpolated, 4 * width / 3);
  // The origin was shifted, or the program writes -1 for nobody: no body is a single point.
  const point = zeros.slice();
  for (let p = 10 * width; p < 14 * width; p += 3) point.set([0.5, -1, 2], p);
  assertEquals(
    completeClip({ ...clip, y: point }, "a", options),
    completeClip({ ...clip, y: zeros }, "a", options),
  );
  assertThrows(
    () => completeClip({ ...clip, y: zeros }, "a"),
    MissingJointsError,
    ": person 2 is missing in frame 10",
  );
  const y = clip.y.slice();
  y.fill(0, 10 * width + 3, 10 * width + 6);
  assertEquals(completeClip({ ...clip, y }, "a"), { ...clip, y });
  assertEquals(completeClip({ ...clip, y, zerosMissing: true }, "a", options).interpolated, 1);
});

Deno.test("A refusal names clip, file, joint, person and frame, and what can be done", () => {
  const clip = { ...clipOf(5), id: "kick/c1" }, lost = without(clip, [[2, 12, 3], [2, 13, 3], [1, 20, 0]]);
  const { joints } = clip.skeleton;
  const error = assertThrows(() => completeClip(lost, "d/a.csv"), MissingJointsError);
  assertEquals([error.file, error.position], ["d/a.csv", "frame 12"]);
  assertEquals(
    error.message,
    `Cannot use clip kick/c1 of d/a.csv: ${
      joints[3]
    } of person 2 is missing in frame 12 (3 joint positions in all): ` +
      "interpolate or drop the clip by --missing",
  );
  const numbered = { ...lost, numbers: Array.from({ length: 40 }, (_, i) => 100 + i) };
  assertThrows(() => completeClip(numbered, "a"), MissingJointsError, "frame 112");
  assertThrows(
    () => completeClip(without(clip, bodies(clip, 1, [...Array(40).keys()])), "a"),
    MissingJointsError,
    "person 1 is missing in every frame",
  );
  const apart = [
    ...bodies(clip, 1, [...Array(20).keys()]),
    ...bodies(clip, 2, [...Array(20).keys()].map((t) => t + 20)),
  ];
  assertThrows(
    () => completeClip(without(clip, apart), "a"),
    MissingJointsError,
    "never there in the same frame",
  );
  const blind = [...Array(40).keys()].map((t): [1 | 2, number, number] => [1, t, 2]);
  assertThrows(
    () => completeClip(without(clip, blind), "a", { missing: "interpolate", longestGap: Infinity }),
    DataError,
    `${joints[2]} of person 1 is missing in every frame`,
  );
});

Deno.test("A gap as long as the limit is filled in, a longer one is refused with its length", () => {
  const clip = clipOf(6),
    gap = (frames: number) => without(clip, bodies(clip, 1, [...Array(frames).keys()].map((t) => 5 + t)));
  for (const [longestGap, frames] of [[undefined, 5], [0.3, 3], [2, 20]] as const) {
    const options = { missing: "interpolate", ...(longestGap && { longestGap }) } as const;
    assertEquals(completeClip(gap(frames), "a", options).interpolated, frames * clip.skeleton.joints.length);
    const { message } = assertThrows(() => completeClip(gap(frames + 1), "a", options), MissingJointsError);
    assert(
      message.endsWith(
        `is missing for ${((frames + 1) / 10).toFixed(2)} s from frame 5 on, the limit is ${
          longestGap ?? 0.5
        } s`,
      ),
    );
  }
  assertEquals(countLost(completeClip(gap(30), "a", { missing: "interpolate", longestGap: Infinity })), 0);
});

Deno.test("Options of missing joints that contradict each other are refused", () => {
  for (
    const bad of [{ missing: "guess" }, { longestGap: 1 }, { missing: "drop-clip", longestGap: 1 }, {
      missing: "interpolate",
      longestGap: 0,
    }, { missing: "interpolate", longestGap: NaN }]
  ) {
    assertThrows(() => checkMissing(bad as Parameters<typeof checkMissing>[0]), UsageError);
  }
  checkMissing({ missing: "interpolate", longestGap: Infinity });
});
