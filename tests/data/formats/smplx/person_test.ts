/** People as SMPL-X rotations in npz files: each layout of the arrays gives the joints of the same body. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { zipSync } from "fflate";
import { DataError } from "../../../../lib/core/errors.ts";
import { Random } from "../../../../lib/core/random.ts";
import { readRest, readSmplx } from "../../../../lib/data/formats/smplx/person.ts";
import { openDataset } from "../../../../lib/data/open_dataset.ts";
import { getSkeleton } from "../../../../lib/data/skeletons.ts";
import { text } from "../../../support/custom_fixtures.ts";
import { largestDifference, withFolder } from "../../../support/data_fixtures.ts";
import { positionsByMatrices } from "../../../support/smplx.ts";
import { writeNpy } from "../../../support/write_npy.ts";

type Arrays = Readonly<Record<string, Uint8Array>>;

const FRAMES = 3;
const BODIES: Readonly<Record<number, string>> = {
  22: "smplx22",
  24: "smpl24",
  52: "smplh52",
  55: "smplx55",
};
const draw = (seed: number, length: number, size = 0.5) => {
  const random = new Random(seed);
  return Float64Array.from({ length }, () => Math.fround(random.normal(0, size)));
};

/** Rotations of a person by the part of the body, [FRAMES][joints * 3], and the translation. */
function person(seed: number, frames = FRAMES) {
  const part = (k: number, joints: number) => draw(seed * 10 + k, frames * joints * 3);
  return {
    root: part(0, 1),
    body: part(1, 21),
    jaw: part(2, 1),
    eyes: part(3, 2),
    left: part(4, 15),
    right: part(5, 15),
    trans: part(6, 1),
  };
}
type Person = ReturnType<typeof person>;

/** Arrays side by side: their rows joined, frame by frame. */
function rows(frames: number, ...parts: readonly Float64Array[]): Float64Array {
  const row = (part: Float64Array, t: number) => {
    const width = part.length / frames;
    return [...part.subarray(t * width, (t + 1) * width)];
  };
  return Float64Array.from(
    Array.from({ length: frames }, (_, t) => parts.flatMap((part) => row(part, t))).flat(),
  );
}

/** The same person in the arrays of several programs. */
const LAYOUTS: Readonly<Record<string, (person: Person, frames: number) => Arrays>> = {
  "Inter-X": ({ root, body, left, right, trans }, T) => ({
    "root_orient.npy": writeNpy(root, [T, 3]),
    "pose_body.npy": writeNpy(body, [T, 21, 3]),
    "pose_lhand.npy": writeNpy(left, [T, 15, 3]),
    "pose_rhand.npy": writeNpy(right, [T, 15, 3]),
    "trans.npy": writeNpy(trans, [T, 3]),
    "gender.npy": text("no array that can be read"),
  }),
  "AMASS, SMPL-H": ({ root, body, left, right, trans }, T) => ({
    "poses.npy": writeNpy(rows(T, root, body, left, right), [T, 156]),
    "trans.npy": writeNpy(trans, [T, 3]),
    "mocap_framerate.npy": writeNpy(Float64Array.of(120), []),
  }),
  "AMASS, SMPL-X": ({ root, body, jaw, eyes, left, right, trans }, T) => ({
    "poses.npy": writeNpy(rows(T, root, body, jaw, eyes, left, right), [T, 165]),
    "root_orient.npy": writeNpy(root, [T, 3]),
    "trans.npy": writeNpy(trans, [T, 3]),
    "mocap_frame_rate.npy": writeNpy(Float64Array.of(120), []),
  }),
  "float32 parts": ({ root, body, left, right, trans }, T) => ({
    "root_orient.npy": writeNpy(Float32Array.from(root), [T, 3]),
    "pose_body.npy": writeNpy(Float32Array.from(body), [T, 63]),
    "pose_hand.npy": writeNpy(Float32Array.from(rows(T, left, right)), [T, 90]),
    "trans.npy": writeNpy(Float32Array.from(trans), [T, 3]),
  }),
  "library smplx": ({ root, body, left, right, trans }, T) => ({
    "global_orient.npy": writeNpy(root, [T, 1, 3]),
    "body_pose.npy": writeNpy(body, [T, 63]),
    "left_hand_pose.npy": writeNpy(left, [T, 45]),
    "right_hand_pose.npy": writeNpy(right, [T, 45]),
    "transl.npy": writeNpy(trans, [T, 3]),
    "fps.npy": writeNpy(Int32Array.of(120), [1]),
  }),
};

/** Positions by the independent definition: [frames, joints, 3] of a body of that many joints. */
function expected({ root, body, jaw, eyes, left, right, trans }: Person, rest: Float32Array): number[] {
  const joints = rest.length / 3, zeros = new Float64Array(root.length);
  const parts = joints === 22
    ? [root, body]
    : joints === 24
    ? [root, body, zeros, zeros]
    : joints === 52
    ? [root, body, left, right]
    : [root, body, jaw, eyes, left, right];
  const pose = Float32Array.from(rows(root.length / 3, ...parts, trans));
  return positionsByMatrices(pose, rest, getSkeleton(BODIES[joints]).parents);
}

const restOf = (joints: number) => Float32Array.from(draw(joints, joints * 3, 0.4));
const own = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;

Deno.test("Every layout of the arrays gives the joints of the same body, for each model", () =>
  withFolder({}, async (root) => {
    for (const [layout, write] of Object.entries(LAYOUTS)) {
      const someone = person(7);
      await Deno.writeFile(`${root}/P1.npz`, own(zipSync(write(someone, FRAMES))));
      for (const joints of [22, 24, 52, 55]) {
        const values = restOf(joints), rest = readRest(writeNpy(values, [joints, 3]), "rest.npy");
        const motion = await readSmplx(await Deno.readFile(`${root}/P1.npz`), `${root}/P1.npz`, rest, 30);
        assertEquals([motion.skeleton.name, motion.frames, motion.fps], [BODIES[joints], FRAMES, 30]);
        assert(largestDifference(motion.values, expected(someone, values)) < 1e-5, `${layout}, ${joints}`);
      }
    }
    const smpl = rows(FRAMES, person(7).root, person(7).body, person(7).eyes); // SMPL: 24 joints, the last two are its hands
    const arrays = {
      "poses.npy": writeNpy(smpl, [FRAMES, 72]),
      "trans.npy": writeNpy(person(7).trans, [FRAMES, 3]),
    };
    await Deno.writeFile(`${root}/P1.npz`, own(zipSync(arrays)));
    for (const joints of [22, 24]) {
      const rest = readRest(writeNpy(restOf(joints), [joints, 3]), "rest.npy");
      const { values } = await readSmplx(await Deno.readFile(`${root}/P1.npz`), `${root}/P1.npz`, rest, 30);
      assert(largestDifference(values, expected(person(7), restOf(joints))) < 1e-5);
    }
  }));

Deno.test("A missing array, another shape or length, or no frame rate is refused by name", () =>
  withFolder({}, async (root) => {
    const file = `${root}/P1.npz`, arrays = LAYOUTS["Inter-X"](person(1), FRAMES);
    const zeros = (...shape: number[]) => writeNpy(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
    const cases: [change: Record<string, Uint8Array | undefined>, joints: number, why: string][] = [
      [{ "trans.npy": undefined }, 22, "expected the array trans or transl, found none"],
      [{ "root_orient.npy": undefined }, 22, "expected the array root_orient or global_orient, found none"],
      [{ "pose_lhand.npy": undefined }, 55, "expected the array pose_lhand or left_hand_pose, found none"],
      [
        { "pose_body.npy": zeros(3, 62) },
        22,
        "expected pose_body of shape [frames,63] or [frames,69], got [3,62]",
      ],
      [
        { "pose_body.npy": zeros(3, 63, 3) },
        22,
        "expected pose_body of shape [frames,63] or [frames,69], got [3,63,3]",
      ],
      [{ "pose_body.npy": zeros(4, 63) }, 22, "expected 3 frames of pose_body, as of trans, got 4"],
      [{ "trans.npy": zeros(3) }, 22, "expected trans of shape [frames,3], got [3]"],
      [{ "trans.npy": zeros(0, 3) }, 22, "expected trans of shape [frames,3], got [0,3]"],
      [{ "poses.npy": zeros(3, 72) }, 55, "expected poses of shape [frames,156] or [frames,165], got [3,72]"],
      [{}, 22, "it states no frame rate: add fps to the description"],
      [{ "fps.npy": zeros(1) }, 22, "expected one positive fps, got 0"],
      [{ "mocap_framerate.npy": zeros(2) }, 22, "expected one positive mocap_framerate, got 0,0"],
    ];
    for (const [change, joints, why] of cases) {
      const kept = Object.entries({ ...arrays, ...change }).filter((entry): entry is [string, Uint8Array] =>
        !!entry[1]
      );
      await Deno.writeFile(file, own(zipSync(Object.fromEntries(kept))));
      const rest = readRest(writeNpy(restOf(joints), [joints, 3]), "rest.npy");
      const { message } = await assertRejects(
        async () => await readSmplx(await Deno.readFile(file), file, rest),
        DataError,
      );
      assertEquals(message, `Cannot read ${file}: ${why}`);
    }
    for (const shape of [[21, 3], [55, 4], [1, 55, 3], [165]]) {
      const bytes = writeNpy(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
      const { message } = await assertRejects(async () => await readRest(bytes, "rest.npy"), DataError);
      assertEquals(
        message,
        `Cannot read rest.npy: expected finite positions [joints,3] of 22, 24, 52, 55 joints, got [${shape}]`,
      );
    }
  }));

Deno.test("Pairs of a data set are clips in its units; Inter-X's folders name category and group", () => {
  const values = restOf(22),
    pair = (seed: number, frames = FRAMES) => zipSync(LAYOUTS["AMASS, SMPL-H"](person(seed, frames), frames));
  const describe = (more: object) =>
    text(JSON.stringify({ layout: "smplx", rest: "body/rest.npy", up: "z", ...more }));
  const files = {
    "iadnet.json": describe({ units: "cm" }),
    "body/rest.npy": writeNpy(values, [22, 3]),
    "hug/one/P1.npz": pair(1),
    "hug/one/P2.npz": pair(2, FRAMES + 2),
    "motions/G012T000A005R003/P1.npz": pair(3),
    "motions/G012T000A005R003/P2.npz": pair(4),
    "G013T000A000R000/P1.npz": pair(3),
    "G013T000A000R000/P2.npz": pair(4),
  };
  return withFolder(files, async (root) => {
    const { clips, hash } = await openDataset(root, { format: "custom", units: "cm" });
    const facts = clips.map((
      { id, category, group, fps, up, frames },
    ) => [id, category, group, fps, up, frames]);
    assertEquals(facts, [
      ["G012T000A005R003", "kick", "G012", 120, "z", FRAMES],
      ["G013T000A000R000", "hug", "G013", 120, "z", FRAMES],
      ["hug/one", "hug", "hug/one", 120, "z", FRAMES],
    ]);
    const one = expected(person(1), values).map((value) => value / 100);
    assert(largestDifference(clips[2].x, one) < 1e-6);
    await Deno.writeFile(`${root}/body/rest.npy`, own(writeNpy(restOf(24), [24, 3])));
    assert((await openDataset(root, { format: "custom", units: "cm" })).hash !== hash);
    await Deno.writeFile(`${root}/hug/one/P2.npz`, own(pair(2, FRAMES + 3)));
    const { message } = await assertRejects(
      () => openDataset(root, { format: "custom", units: "cm" }),
      DataError,
    );
    assertEquals(
      message,
      `Cannot pair ${root}/hug/one/P1.npz and ${root}/hug/one/P2.npz: 3 and 6 frames, more than 2 apart`,
    );
    for (
      const [more, why] of [[{ up: undefined }, "up is missing"], [
        { rest: 7 },
        "rest must be the name of a .npy file",
      ], [{ skeleton: "smplx" }, "leave it out"]] as const
    ) {
      await Deno.writeFile(`${root}/iadnet.json`, own(describe(more)));
      await assertRejects(() => openDataset(root, { format: "custom", units: "cm" }), DataError, why);
    }
  });
});
