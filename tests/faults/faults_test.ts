import { assert } from "@std/assert";
import { DETECTORS, ended, startDeno } from "./kit.ts";
import { TRIALS } from "./trials.ts";

const PROMISES: Readonly<Record<string, string>> = {
  kill: "A training that is killed at any moment goes on to the same weights and history, bit for bit",
  corrupt: "Damage to checkpoints and model files is always detected, and the good state before is used",
  inject: "NaN, infinity and 1e38 in clips, inputs, weights and gradients are named and never kept",
  edited: "Model files and checkpoints with edits and a right checksum give finite scores or a typed error",
  hostile: "Links, pipes and devices in run, plan, checkpoint and cache folders lead no write outside",
  disk: "Full disks, requests to end and second processes end with a message and leave a run that goes on",
  order: "The order of files on disk and the number of workers change no bit of a run directory",
  uploads:
    "A server that many clients send files to, most of them hostile, scores the good ones, answers, and stays small",
  soak: "Memory stays level over many training steps and many scored clips",
};

for (const [name, promise] of Object.entries(PROMISES)) {
  Deno.test(promise, async () => {
    if (name === "soak") { // it measures the memory of its process, which other tests may share here
      const { code, out, err } = await ended(startDeno(["-A", "tests/faults/main.ts", name, "--seed", "1"]));
      return assert(code === 0, out + err);
    }
    const { held, line } = await TRIALS[name]({ long: false, seed: 1, detectors: DETECTORS });
    assert(held, line);
  });
}
