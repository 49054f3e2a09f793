/** Localisation on spliced recordings: normal clips one after the other, with a clip of another interaction among them. */
import type { Clip } from "../data/clip.ts";
import { meanJoint } from "../data/transforms/prepare.ts";
import type { Detector } from "../detectors/detector.ts";
import { localize } from "../analysis/localize.ts";
import { auroc } from "../metrics/auroc.ts";
import { Random } from "../core/random.ts";

/** Length of the cross-fade between two clips, seconds. Its frames belong to neither clip and are not evaluated. */
const FADE = 0.5;

/** A recording made of clips. */
export interface Splice {
  /** The recording. */
  readonly recording: Clip;
  /** Label of each frame: 1 = anomalous clip, 0 = normal clip, -1 = cross-fade. */
  readonly truth: Int8Array;
}

/** Join clips of one skeleton and frame rate. Each clip after the first is moved and turned about the vertical as a whole, so
 * that its pair starts where the last one ended, and is faded in over half a second.
 * @param clips At least one. @param anomalous Index of the anomalous clip. */
export function spliceClips(clips: readonly Clip[], anomalous: number): Splice {
  const [{ fps, skeleton }] = clips, width = skeleton.joints.length * 3, fade = Math.round(FADE * fps);
  const frames = clips.reduce((sum, clip) => sum + clip.frames, fade * (clips.length - 1));
  const x = new Float32Array(frames * width), y = new Float32Array(frames * width);
  const truth = new Int8Array(frames).fill(-1);
  let at = 0;
  clips.forEach((clip, k) => {
    const own = [clip.x.slice(), clip.y.slice()] as const;
    if (k > 0) {
      const last = [x, y].map((person) => person.subarray((at - 1) * width, at * width));
      follow(own, last, clip);
      for (let t = 1; t <= fade; t++) {
        const part = t / (fade + 1);
        [x, y].forEach((person, p) => {
          for (let i = 0; i < width; i++) {
            person[(at + t - 1) * width + i] = last[p][i] * (1 - part) + own[p][i] * part;
          }
        });
      }
      at += fade;
    }
    x.set(own[0], at * width);
    y.set(own[1], at * width);
    truth.fill(Number(k === anomalous), at, at + clip.frames);
    at += clip.frames;
  });
  return { recording: { ...clips[0], id: "splice", frames, x, y }, truth };
}

/** Move and turn a pair about the vertical, in place, so that its first frame's pelvises lie as those of `last` do. */
function follow(own: readonly Float32Array[], last: readonly Float32Array[], { skeleton, up }: Clip): void {
  const axis = "xyz".indexOf(up.slice(-1)), [a, b] = [(axis + 1) % 3, (axis + 2) % 3]; // the floor's axes, in the order of a turn
  const line = (people: readonly Float32Array[]) => {
    const [p, q] = people.map((person) => meanJoint(person, skeleton.pelvis));
    return {
      angle: Math.atan2(q[b] - p[b], q[a] - p[a]),
      middle: [a, b].map((axis) => (p[axis] + q[axis]) / 2),
    };
  };
  const from = line(own), to = line(last);
  const cos = Math.cos(to.angle - from.angle), sin = Math.sin(to.angle - from.angle);
  for (const person of own) {
    for (let i = 0; i < person.length; i += 3) {
      const u = person[i + a] - from.middle[0], v = person[i + b] - from.middle[1];
      person[i + a] = to.middle[0] + cos * u - sin * v;
      person[i + b] = to.middle[1] + sin * u + cos * v;
    }
  }
}

/** Options for `evaluateLocalization`. */
export interface LocalizationOptions {
  /** Number of spliced recordings. */
  readonly recordings: number;
  /** A frame is anomalous at p-values up to this. */
  readonly alpha: number;
  /** Seed of the draw of clips. */
  readonly seed: number;
}

/** Quality of a detector's localisation. */
export interface LocalizationQuality {
  /** AUROC of the frames, anomalous ones positive; mean over the recordings. */
  readonly frameAuroc: number;
  /** Intersection over union of the found intervals and the truth, in frames; mean over the recordings. */
  readonly iou: number;
  /** Number of recordings. */
  readonly recordings: number;
  /** Smallest possible p-value of a frame. */
  readonly smallestP: number;
}

/** Evaluate a fitted detector that reads windows on spliced recordings: two normal clips, an anomalous one, two normal ones.
 * @param normals Test clips of the learned category. @param anomalies Test clips of other categories. */
export async function evaluateLocalization(
  detector: Detector,
  normals: readonly Clip[],
  anomalies: readonly Clip[],
  { recordings, alpha, seed }: LocalizationOptions,
): Promise<LocalizationQuality> {
  const random = new Random(seed).fork("splice");
  const draw = (clips: readonly Clip[]) =>
    clips[Math.min(clips.length - 1, Math.floor(random.uniform(0, clips.length)))];
  let frameAuroc = 0, iou = 0, smallestP = 1;
  for (let k = 0; k < recordings; k++) {
    const clips = [draw(normals), draw(normals), draw(anomalies), draw(normals), draw(normals)];
    const { recording, truth } = spliceClips(clips, 2);
    const found = await localize(detector, recording, { alpha }), { scores, intervals } = found;
    ({ smallestP } = found);
    const of = (what: number) => [...scores].filter((_, t) => truth[t] === what);
    frameAuroc += auroc(of(0), of(1)) / recordings;
    const marked = new Uint8Array(truth.length);
    for (const { start, end } of intervals) marked.fill(1, start, end);
    let both = 0, either = 0;
    truth.forEach((what, t) => {
      if (what < 0) return;
      both += Number(what === 1 && marked[t] === 1);
      either += Number(what === 1 || marked[t] === 1);
    });
    iou += both / either / recordings;
  }
  return { frameAuroc, iou, recordings, smallestP };
}
