/** Distortions of one person's recording, as other sensors and other bodies would give: each changes joints [frames, joints, 3] in
 * metres, y up, in place, and none at strength 0. */
import type { Random } from "../../core/random.ts";
import type { Skeleton } from "../skeleton.ts";

/** Joints of a skeleton, each after its parent. */
function fromTheRoot({ parents }: Skeleton): readonly number[] {
  const depth = (joint: number): number => joint === -1 ? 0 : 1 + depth(parents[joint]);
  return parents.map((_, joint) => joint).sort((a, b) => depth(a) - depth(b));
}

/** The ends of the limbs that a sensor can lose: for each joint of a limb behind its first one, the joint and all below it. */
function limbEnds({ parents, mirror }: Skeleton): readonly (readonly number[])[] {
  const isSided = (joint: number) => joint !== -1 && mirror[joint] !== joint;
  const isBelow = (joint: number, above: number): boolean =>
    joint !== -1 && (joint === above || isBelow(parents[joint], above));
  return parents.flatMap((parent, joint) =>
    isSided(joint) && isSided(parent) ? [parents.flatMap((_, low) => isBelow(low, joint) ? [low] : [])] : []
  );
}

/** A function of a skeleton that is computed once. */
function once<Value>(make: (skeleton: Skeleton) => Value): (skeleton: Skeleton) => Value {
  const known = new WeakMap<Skeleton, Value>();
  return (skeleton) => {
    let value = known.get(skeleton);
    if (value === undefined) known.set(skeleton, value = make(skeleton));
    return value;
  };
}

const orderOf = once(fromTheRoot), endsOf = once(limbEnds);

/** Change the length of each bone by a factor that is normal around 1. Left and right are nearly alike: the factor is the mean of
 * a draw for the bone and one for its mirror image. Directions of bones and the root stay. */
export function scaleBones(
  values: Float32Array,
  skeleton: Skeleton,
  deviation: number,
  random: Random,
): void {
  const { parents, mirror } = skeleton, width = parents.length * 3;
  const draws = parents.map(() => random.normal(0, deviation));
  const stretch = draws.map((draw, joint) => (draw + draws[mirror[joint]]) / 2),
    moved = new Float32Array(width);
  for (let at = 0; at < values.length; at += width) {
    for (const joint of orderOf(skeleton)) { // what each joint moves by: what its parent does, and the change of its bone
      const parent = parents[joint];
      if (parent === -1) continue;
      for (let p = joint * 3, q = parent * 3, k = 0; k < 3; k++, p++, q++) {
        moved[p] = moved[q] + (values[at + p] - values[at + q]) * stretch[joint];
      }
    }
    for (let p = 0; p < width; p++) values[at + p] += moved[p];
  }
}

/** Let each coordinate swing around its place: a sine of 0.5 to 4 turns, whose amplitude is exponential with mean `size` metres. */
export function swayJoints(values: Float32Array, frames: number, size: number, random: Random): void {
  const width = values.length / frames;
  for (let joint = 0; joint < width; joint += 3) {
    const amplitude = -size * Math.log(1 - random.uniform());
    const turn = 2 * Math.PI * random.uniform(0.5, 4) / (frames - 1),
      cos = Math.cos(turn),
      sin = Math.sin(turn);
    for (let p = joint; p < joint + 3; p++) {
      const phase = random.uniform(0, 2 * Math.PI);
      let a = amplitude * Math.sin(phase), b = amplitude * Math.cos(phase);
      for (let at = p; at < values.length; at += width) {
        values[at] += a;
        [a, b] = [a * cos + b * sin, b * cos - a * sin];
      }
    }
  }
}

/** Let the end of a random limb stiffen for 3 to 13 frames: it keeps the place that it had relative to the root. */
export function holdLimb(values: Float32Array, skeleton: Skeleton, random: Random): void {
  const width = skeleton.joints.length * 3, frames = values.length / width;
  const root = skeleton.parents.indexOf(-1) * 3, limb = random.pick(endsOf(skeleton));
  const length = Math.min(3 + random.integer(11), frames - 1),
    first = random.integer(frames - length) * width;
  for (const joint of limb) {
    for (let k = 0; k < 3; k++) {
      const place = values[first + joint * 3 + k] - values[first + root + k];
      for (let at = first + width; at < first + length * width; at += width) {
        values[at + joint * 3 + k] = place + values[at + root + k];
      }
    }
  }
}

/** Tilt the recording: rotate about the x axis by one angle and then about the z axis by the other, radians. */
export function tilt(values: Float32Array, aboutX: number, aboutZ: number): void {
  const [cosX, sinX, cosZ, sinZ] = [Math.cos(aboutX), Math.sin(aboutX), Math.cos(aboutZ), Math.sin(aboutZ)];
  for (let p = 0; p < values.length; p += 3) {
    const x = values[p], y = cosX * values[p + 1] - sinX * values[p + 2];
    values[p + 2] = sinX * values[p + 1] + cosX * values[p + 2];
    values[p] = cosZ * x - sinZ * y;
    values[p + 1] = sinZ * x + cosZ * y;
  }
}

/** Move the whole recording by a vector, metres. */
export function shift(values: Float32Array, [dx, dy, dz]: readonly [number, number, number]): void {
  for (let p = 0; p < values.length; p += 3) {
    values[p] += dx;
    values[p + 1] += dy;
    values[p + 2] += dz;
  }
}

/** Smooth over time: each frame but the first and the last becomes a quarter of the one before, half of its own, and a quarter of
 * the next. */
export function smooth(values: Float32Array, frames: number): void {
  const width = values.length / frames;
  for (let p = 0; p < width; p++) {
    let before = values[p];
    for (let at = p + width; at + width < values.length; at += width) {
      const now = values[at];
      values[at] = 0.25 * before + 0.5 * now + 0.25 * values[at + width];
      before = now;
    }
  }
}

/** Displace each joint by a constant vector, normal in each coordinate: another definition of the joints. */
export function offsetJoints(values: Float32Array, frames: number, deviation: number, random: Random): void {
  const width = values.length / frames;
  for (let p = 0; p < width; p++) {
    const offset = random.normal(0, deviation);
    for (let at = p; at < values.length; at += width) values[at] += offset;
  }
}

/** Let each joint wander off with a probability: a random walk with normal steps in each coordinate. */
export function wanderJoints(
  values: Float32Array,
  frames: number,
  probability: number,
  step: number,
  random: Random,
): void {
  const width = values.length / frames;
  for (let joint = 0; joint < width; joint += 3) {
    if (!random.chance(probability)) continue;
    for (let p = joint; p < joint + 3; p++) {
      let walked = 0;
      for (let at = p; at < values.length; at += width) values[at] += walked += random.normal(0, step);
    }
  }
}

/** Standard deviation of the sum of four uniform bytes. */
const FOUR_BYTES = Math.sqrt(4 * (256 ** 2 - 1) / 12);

/** Add white noise. It is nearly normal, at most 3.45 deviations: the sum of four uniform bytes, which is ten times as fast to draw. */
export function addWhiteNoise(values: Float32Array, deviation: number, random: Random): void {
  const scale = deviation / FOUR_BYTES;
  for (let p = 0; p < values.length; p++) {
    const bits = random.bits();
    const sum = (bits & 255) + (bits >>> 8 & 255) + (bits >>> 16 & 255) + (bits >>> 24);
    values[p] += scale * (sum - 510);
  }
}
