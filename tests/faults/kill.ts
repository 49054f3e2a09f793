// deno-lint-ignore-file no-console -- says what went wrong
/** Kill -9 while training, at random moments and inside every kind of write, and go on until done: the final weights and the
 * history must be those of the uninterrupted run, bit for bit. */
import { Random } from "../../lib/core/random.ts";
import {
  ended,
  type Figure,
  hashFolder,
  inFolder,
  smallFit,
  smallTrain,
  startCli,
  startDeno,
  type Trial,
  until,
  writeSmallData,
} from "./kit.ts";
import { send } from "../../lib/core/signals.ts";
import { exists } from "../../lib/core/files.ts";

/** What is counted. */
type Counts = Record<"kills" | "inWrites" | "runs" | "different" | "unreadable", number>;

/** Run the trial. */
export async function kill({ long, seed, detectors }: Trial): Promise<Figure> {
  const random = new Random(seed), wanted = Math.ceil((long ? 500 : 6) / detectors.length);
  const counts: Counts = { kills: 0, inWrites: 0, runs: 0, different: 0, unreadable: 0 };
  for (const spec of detectors) {
    const { hash } = await smallFit(spec, "onnx-cpu");
    for (let kills = 0; kills < wanted;) {
      kills += await inFolder((folder) => killedRun(spec, folder, random, hash, counts, wanted - kills));
    }
  }
  counts.kills += await killedTrainings(long ? 25 : 1, random, counts);
  const held = counts.different + counts.unreadable === 0;
  const line =
    `${counts.kills} kills (${counts.inWrites} inside operations on files) in ${counts.runs} runs: ` +
    `${counts.different} ended with other bits, ${counts.unreadable} could not go on`;
  return { trial: "kill", held, line, numbers: counts };
}

/** One run: killed some times, then left to end. Returns the number of kills. */
async function killedRun(
  spec: string,
  folder: string,
  random: Random,
  expected: string,
  counts: Counts,
  most: number,
): Promise<number> {
  const planned = Math.min(most, 1 + random.integer(8));
  let kills = 0;
  for (let started = 0; started < 4 * planned; started++) {
    const last = kills >= planned;
    const operation = !last && random.chance(0.5) ? 1 + random.integer(250) : 0;
    const child = startDeno(["-A", "tests/faults/kill_child.ts", spec, folder, String(operation)]);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const reader = child.stdout.getReader();
    await reader.read(); // "ready"
    if (!last && operation === 0) {
      timer = setTimeout(() => send(child, "SIGKILL"), random.uniform(0, 600));
    }
    reader.releaseLock();
    const { signal, code, stderr } = await child.output();
    clearTimeout(timer);
    if (signal === "SIGKILL") {
      kills++;
      if (operation > 0) counts.inWrites++;
      continue;
    }
    if (code !== 0) {
      counts.unreadable++;
      console.error(new TextDecoder().decode(stderr));
    } else if (await Deno.readTextFile(`${folder}/hash`) !== expected) counts.different++;
    break;
  }
  counts.runs++;
  counts.kills += kills;
  return kills;
}

/** Runs of `train` by two workers that are killed once or twice while they train, and resumed: the run directories must be those
 * of the uninterrupted run. Returns the number of kills. */
async function killedTrainings(wanted: number, random: Random, counts: Counts): Promise<number> {
  return await inFolder(async (folder) => {
    const data = `${folder}/data`;
    await writeSmallData(data);
    const whole = await ended(startCli(smallTrain(data, "--workers", "2", "--out", `${folder}/whole`)));
    if (whole.code !== 0) throw new Error(whole.err);
    const expected = await hashFolder(`${folder}/whole`);
    let kills = 0;
    for (let k = 0; kills < wanted; k++) {
      const out = `${folder}/${k}`;
      for (let left = 1 + random.integer(2); left > 0; left--) {
        const begun = await exists(`${out}.partial/manifest.json`);
        const args = begun ? ["train", "--resume", out] : smallTrain(data, "--out", out);
        const child = startCli([...args, "--workers", "2"]);
        await until(async () => await exists(`${out}.partial/checkpoints`) || await exists(out));
        await new Promise((resolve) => setTimeout(resolve, random.uniform(0, 700)));
        send(child, "SIGKILL");
        const { signal } = await ended(child);
        if (signal === "SIGKILL") kills++;
      }
      const last = await ended(startCli(["train", "--resume", out, "--workers", String(1 + k % 3)]));
      counts.runs++;
      if (last.code !== 0) {
        counts.unreadable++;
        console.error(last.err);
      } else if (await hashFolder(out) !== expected) counts.different++;
      await Deno.remove(out, { recursive: true }).catch(() => {});
    }
    return kills;
  });
}
