/** Memory over many training steps and many scored clips: the slope of resident memory after a warming up. */
import { createDetector, IADNet, openSharedEngine } from "../../mod.ts";
import { fewClips, type Figure, type Trial } from "./kit.ts";

/** Slope that counts as none, MB for 1,000 steps or 10,000 clips: in a long run, and in a short one, which is still warming up. */
const LEVEL = 4, WARMING = 20;

/** Run the trial. */
export async function soak({ long }: Trial): Promise<Figure> {
  const steps = long ? 5000 : 2000, scored = long ? 100_000 : 20_000;
  const engine = await openSharedEngine("onnx-cpu", 1), clips = fewClips(8);
  const training: number[] = [], scoring: number[] = [];
  const spec = `iadnet:preset=tiny,epochs=${steps},batch=64,calibrationFolds=0`;
  const onProgress = ({ step }: { step: number }) => {
    if (step % (steps / 20) === 0) training.push(Deno.memoryUsage().rss / 2 ** 20);
  };
  await createDetector(spec, { engine }).fit(clips, { seed: 0, onProgress });
  const detector = new IADNet({ preset: "tiny", engine });
  await detector.fit(clips, { seed: 0 });
  const batch = Array.from({ length: 50 }, (_, i) => clips[i % clips.length]);
  for (let done = 0; done < scored;) {
    await detector.score(batch);
    done += batch.length;
    if (done % (scored / 20) < batch.length) scoring.push(Deno.memoryUsage().rss / 2 ** 20);
  }
  await engine.close();
  const perSteps = slope(training.slice(5)) * 20 / steps * 1000;
  const perClips = slope(scoring.slice(5)) * 20 / scored * 10_000;
  const held = Math.max(perSteps, perClips) < (long ? LEVEL : WARMING);
  const line =
    `${steps} training steps: ${perSteps.toFixed(2)} MB for 1,000 steps; ${scored} scored clips: ` +
    `${perClips.toFixed(2)} MB for 10,000 clips`;
  return { trial: "soak", held, line, numbers: { steps, perSteps, scored, perClips } };
}

/** Least-squares slope of equally spaced values. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2,
    mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let top = 0, bottom = 0;
  values.forEach((value, i) => {
    top += (i - middle) * (value - mean);
    bottom += (i - middle) ** 2;
  });
  return top / bottom;
}
