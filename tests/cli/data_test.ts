import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Results } from "../../mod.ts";
import { INTERX64, KINECT25 } from "../../lib/data/skeletons.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { writeInterx } from "../support/write_interx.ts";
import { ntuRecording, writeNtu } from "../support/write_ntu.ts";
import { runCli } from "../support/cli.ts";
import { withFolder } from "../support/data_fixtures.ts";
import { Random } from "../../lib/core/random.ts";
import { writeHdf5 } from "../support/hdf5.ts";
import { writeSmallData } from "../faults/kit.ts";

const train = (...args: string[]) => runCli(["train", "--preset", "tiny", ...args]);

const results = async (out: string): Promise<Results> =>
  JSON.parse(await Deno.readTextFile(`${out}/results.json`));
const tests = ({ categories }: Results) =>
  new Set(categories.flatMap(({ scores }) => scores.map(({ clip }) => clip)));
const options = { seed: 1, clipsPerCategory: 5, categories: ["hug", "kick"], groups: 5 };

Deno.test("train runs on Inter-X, by the paper's split and every 4th frame", () =>
  withFolder({}, async (root) => {
    const clips = generateDataset({ ...options, skeleton: INTERX64, fps: 120 });
    const list = ({ group }: { group: string }) => group === "g05" ? "test" as const : "train" as const;
    const ids = await writeInterx(root, clips, { list });
    const args = ["--format", "interx", "--data", root, "--every", "4", "--out", `${root}/run`];
    const { code, err } = await train(...args, "--split", "paper");
    assertEquals(code, 0, err);
    assertEquals(tests(await results(`${root}/run`)), new Set(ids.filter((id) => id.startsWith("G005"))));
    const wrong = await train(...args, "--split", "cross-setup", "--out", `${root}/other`);
    assertEquals(wrong.code, 2);
    assertStringIncludes(wrong.err, "known are paper, official, group");
  }));

Deno.test("train runs on NTU RGB+D, by subject, and says what it cut and skipped", () =>
  withFolder({}, async (root) => {
    const clips = generateDataset({ ...options, skeleton: KINECT25 });
    const performers = [1, 2, 3, 4, 5];
    const ids = await writeNtu(
      `${root}/data`,
      clips.map((clip, i) => ({ ...clip, group: `p${performers[i % 5]}` })),
      (clip) => {
        const { frames, bodies: [one, two] } = ntuRecording(clip);
        if (clip.id === clips[0].id) return { frames, bodies: [one] };
        return { frames, bodies: [one, { ...two, at: two.at.slice(2), joints: two.joints.slice(150) }] };
      },
    );
    const { code, err } = await train(
      ...["--format", "ntu120", "--data", `${root}/data`, "--split", "cross-subject", "--lenient"],
      ...["--out", `${root}/run`],
    );
    assertEquals(code, 0, err);
    assertStringIncludes(err, `Skipped: Cannot read ${root}/data/${ids[0]}.skeleton: expected two people`);
    assertStringIncludes(
      err,
      "Cut: 9 clips to the frames in which both people are there (18 frames left out)",
    );
    const scored = tests(await results(`${root}/run`));
    assert(scored.size === 2 && [...scored].every((id) => id.includes("P003")), [...scored].join());
  }));

Deno.test("inspect without a format, and HDF5, work confined, where the environment looks empty", async () => {
  const folder = await Deno.makeTempDir(), file = `${folder}/a.h5`, random = new Random(7);
  await writeSmallData(`${folder}/sbu`);
  const suggested = await runCli(["inspect", "--data", `${folder}/sbu`]);
  assertEquals(suggested.code, 0, suggested.err);
  assertStringIncludes(suggested.out, "sbu");
  const draw = () => Float32Array.from({ length: 336 * 4 }, () => random.normal(0, 0.5));
  await writeHdf5(file, { S001C001P001R001A050: draw(), S001C001P003R001A051: draw() });
  const read = await runCli(["inspect", "--data", file, "--format", "ntu120-smplx"]);
  assertEquals(read.code, 0, read.err);
  assertStringIncludes(read.out, "2 clips of ntu120-smplx");
  await Deno.remove(folder, { recursive: true });
});
