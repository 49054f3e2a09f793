/** The two people of an NTU recording. Its bodies are often more or fewer, come and go, or are pieces of furniture. */
import { cannotRead } from "../../../core/errors.ts";
import type { Recording } from "../../clip.ts";
import { statistics } from "../../transforms/quality.ts";
import type { NtuBody, NtuRecording } from "./text.ts";
import { KINECT25 } from "../../skeletons.ts";

const JOINTS = KINECT25.joints.length;
const WIDTH = JOINTS * 3;
const PELVIS = KINECT25.joints.indexOf("pelvis");
/** Fewest frames of a person: shorter bodies are noise, in the usual cleaning of this data set. */
const SHORTEST = 12;
/** A body wider than 0.8 of its height in 69.754 % of its frames is furniture, in the same cleaning. */
const WIDE = 0.8, WIDE_FRACTION = 0.69754;
/** A body that appears within this distance of where another vanished is the same person: metres, and metres per frame. */
const NEAR = 0.5, NEAR_A_FRAME = 0.05;

/** Choose the two people of a recording.
 *
 * A body that appears after another vanished, near that place, is the same person. Noise and furniture are left out.
 * The two remaining bodies that move most are the people, in the order of the file. The sensor writes zeros for a joint that it did
 * not see: there, and in frames without the person, joints are NaN. Frames before and after both people are left out.
 * @throws {DataError} If fewer than two people remain. */
export function choosePeople(
  recording: NtuRecording,
  file: string,
): Pick<Recording, "frames" | "x" | "y"> {
  const tracks = joinTracks(recording.bodies.map(withoutZeros).filter(({ at }) => at.length > 0));
  const shortest = Math.min(SHORTEST, Math.ceil(recording.frames / 2));
  const lasting = tracks.filter((track) => track.at.length >= shortest);
  const upright = lasting.filter((track) => !isFurniture(track));
  const candidates = upright.length >= 2 ? upright : lasting;
  if (candidates.length < 2) {
    const found = `${candidates.length} in ${recording.bodies.length} bodies`;
    throw cannotRead(file, `expected two people, found ${found}`);
  }
  const people = candidates.map((track) => ({ track, motion: motion(track) }))
    .sort((a, b) => b.motion - a.motion).slice(0, 2).map(({ track }) => track)
    .sort((a, b) => tracks.indexOf(a) - tracks.indexOf(b));
  const first = Math.min(...people.map((track) => track.at[0]));
  const last = Math.max(...people.map((track) => track.at.at(-1)!));
  const frames = last - first + 1;
  const [x, y] = people.map((track) => {
    const values = new Float32Array(frames * WIDTH).fill(NaN);
    track.at.forEach((frame, k) => {
      values.set(track.joints.subarray(k * WIDTH, (k + 1) * WIDTH), (frame - first) * WIDTH);
    });
    return values;
  });
  return { frames, x, y };
}

/** A body with NaN for each joint at exactly the origin, without the frames in which it has no joint. */
function withoutZeros({ id, at, joints }: NtuBody): NtuBody {
  const seen = joints.slice(), kept: number[] = [];
  for (let t = 0; t < at.length; t++) {
    let known = 0;
    for (let p = t * WIDTH; p < (t + 1) * WIDTH; p += 3) {
      if (seen[p] === 0 && seen[p + 1] === 0 && seen[p + 2] === 0) seen.fill(NaN, p, p + 3);
      known += Number(!Number.isNaN(seen[p]));
    }
    if (known === 0) continue;
    seen.copyWithin(kept.length * WIDTH, t * WIDTH, (t + 1) * WIDTH);
    kept.push(at[t]);
  }
  return { id, at: kept, joints: seen.subarray(0, kept.length * WIDTH) };
}

/** Join bodies that are the same person under several ids. */
function joinTracks(bodies: readonly NtuBody[]): NtuBody[] {
  const tracks: NtuBody[] = [];
  for (const body of bodies) {
    let best = -1, nearest = Infinity;
    tracks.forEach((track, k) => {
      const gap = body.at[0] - track.at.at(-1)!;
      if (gap <= 0) return;
      const distance = pelvisDistance(track, body);
      if (distance <= NEAR + NEAR_A_FRAME * gap && distance < nearest) [best, nearest] = [k, distance];
    });
    if (best < 0) {
      tracks.push(body);
      continue;
    }
    const { id, at, joints } = tracks[best];
    const joined = new Float32Array(joints.length + body.joints.length);
    joined.set(joints);
    joined.set(body.joints, joints.length);
    tracks[best] = { id, at: [...at, ...body.at], joints: joined };
  }
  return tracks;
}

/** Distance from the end of a track to the start of a body; NaN, which is near to nothing, if a pelvis is lost. */
function pelvisDistance(track: NtuBody, body: NtuBody): number {
  const from = track.joints.length - WIDTH + PELVIS * 3, to = PELVIS * 3;
  return Math.hypot(...[0, 1, 2].map((k) => track.joints[from + k] - body.joints[to + k]));
}

function isFurniture({ at, joints }: NtuBody): boolean {
  let wide = 0;
  for (let t = 0; t < at.length; t++) {
    const spread = (axis: number) => {
      let low = Infinity, high = -Infinity;
      for (let p = t * WIDTH + axis; p < (t + 1) * WIDTH; p += 3) {
        low = Math.min(low, joints[p]);
        high = Math.max(high, joints[p]);
      }
      return high - low;
    };
    if (spread(0) > WIDE * spread(1)) wide++;
  }
  return wide >= WIDE_FRACTION * at.length;
}

/** Motion of a body: the sum of the standard deviations over time of its coordinates. */
function motion({ at, joints }: NtuBody): number {
  let total = 0;
  for (let k = 0; k < WIDTH; k++) {
    const known = Array.from(at, (_, t) => joints[t * WIDTH + k]).filter((value) => !Number.isNaN(value));
    total += statistics(known).deviation;
  }
  return total;
}
