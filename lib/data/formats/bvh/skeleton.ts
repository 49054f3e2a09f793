/** The skeleton of a BVH file: left and right by joint names, pelvis, hips and shoulders by names and hierarchy. */
import { isObject } from "../../../core/options.ts";
import { sha256 } from "../../../core/files.ts";
import { type JointKey, jointKeys } from "../../joint_names.ts";
import type { Skeleton } from "../../skeleton.ts";
import { getSkeleton, listSkeletons, registerSkeleton } from "../../skeletons.ts";
import type { BvhJoint } from "./text.ts";

/** A joint, by name or index. */
type JointName = string | number;

/** Joints that a description names where the names in the files do not tell them. */
export interface Landmarks {
  /** Joints whose mean is the pelvis. */
  readonly pelvis?: readonly JointName[];
  /** Left and right hip. */
  readonly hips?: readonly JointName[];
  /** Left and right shoulder. */
  readonly shoulders?: readonly JointName[];
}

const LANDMARKS = ["pelvis", "hips", "shoulders"] as const;

/** The landmarks of a description's `skeleton`; undefined if it is no object of landmarks alone.
 * @param refuse Makes the error of a reason. */
export function parseLandmarks(value: unknown, refuse: (why: string) => Error): Landmarks | undefined {
  if (!isObject(value) || "joints" in value || "name" in value) return undefined;
  const odd = Object.keys(value).find((key) => !LANDMARKS.some((name) => name === key));
  if (odd !== undefined) {
    throw refuse(`unknown field skeleton.${odd}, known without joints are ${LANDMARKS.join(", ")}`);
  }
  for (const [field, joints] of Object.entries(value)) {
    const isList = Array.isArray(joints) &&
      joints.every((joint) => typeof joint === "string" || Number.isInteger(joint));
    if (
      !isList || (field === "pelvis" ? joints.length === 0 : joints.length !== 2 || joints[0] === joints[1])
    ) {
      throw refuse(
        `skeleton.${field} must be ${field === "pelvis" ? "some" : "two"} names or indices of joints`,
      );
    }
  }
  return value as Landmarks;
}

/** Names of the joint at which a thigh turns, best first. CMU's `LHipJoint` stands at the pelvis, above the thigh. */
const HIPS = [/(up(per)?leg|thigh|femur)(bend)?$/, /hip$/, /hipjoint$/];

/** Names of the joint at which an upper arm turns, best first. A shoulder is the collar bone where there is an arm. */
const SHOULDERS = [/((?<!fore|low|lower|f)arm|humerus|shldr)(bend)?$/, /shoulder$/];

/** Derive the skeleton of a hierarchy. Skeletons of equal hierarchies are one. A joint below one of the left side is of the left side.
 * @param warn Told why left and right are not exchanged in mirror images, if a joint has no partner on the other side.
 * @param refuse Makes the error of a reason: hips or shoulders cannot be told, or a landmark is no joint. */
export function deriveSkeleton(
  joints: readonly BvhJoint[],
  landmarks: Landmarks,
  warn: (why: string) => void,
  refuse: (why: string) => Error,
): Skeleton {
  const names = joints.map(({ name }) => name), parents = joints.map(({ parent }) => parent);
  const keys = jointKeys(names), partners = partnersOf(keys);
  const list = () => names.map((name, i) => `${i} ${name}`).join(", ");
  const given = (field: keyof Landmarks): number[] | undefined =>
    landmarks[field]?.map((joint) => {
      const fits = names.flatMap((name, i) => joint === name || joint === i ? [i] : []);
      if (fits.length === 1) return fits[0];
      throw refuse(`skeleton.${field} of the description names ${joint}, its joints are ${list()}`);
    });
  const find = (field: "hips" | "shoulders", patterns: readonly RegExp[]): readonly [number, number] => {
    const own = given(field);
    if (own) return [own[0], own[1]];
    for (const pattern of patterns) {
      const fits = keys.flatMap(({ side, part }, joint) =>
        side === "left" && pattern.test(part) && partners[joint] !== undefined ? [joint] : []
      );
      const depth = (joint: number) => ancestors(parents, joint).length;
      if (fits.length === 0) continue;
      const top = fits.reduce((best, joint) => depth(joint) < depth(best) ? joint : best);
      return [top, partners[top]!];
    }
    throw refuse(
      `cannot tell its ${field} by name; add to the description "skeleton": { "pelvis": [joint], "hips": [left, right], ` +
        `"shoulders": [left, right] } with names or indices of its joints: ${list()}`,
    );
  };
  const hips = find("hips", HIPS), shoulders = find("shoulders", SHOULDERS);
  const isSided = (joint: number) =>
    [joint, ...ancestors(parents, joint)].some((at) => keys[at].side !== "middle");
  const alone = names.filter((_, i) => isSided(i) && partners[i] === undefined);
  for (const [left, right] of [hips, shoulders]) {
    if (partners[left] !== right) alone.push(...[left, right].map((joint) => names[joint]));
  }
  if (alone.length > 0) {
    warn(
      `Left and right are not exchanged in mirror images: no partner for ${[...new Set(alone)].join(", ")}`,
    );
  }
  const mirror = names.map((_, i) => alone.length > 0 ? i : partners[i] ?? i);
  const pelvis = given("pelvis") ?? pelvisOf(joints, hips);
  const content = { joints: names, parents, mirror, pelvis, hips, shoulders, up: "y" as const };
  const name = `bvh${names.length}-${sha256(JSON.stringify(content)).slice(0, 8)}`;
  return listSkeletons().includes(name) ? getSkeleton(name) : registerSkeleton({ name, ...content });
}

/** For each joint of one side, the joint of the same name on the other; undefined if there is none, or more than one. */
function partnersOf(keys: readonly JointKey[]): (number | undefined)[] {
  const nameOf = ({ side, part, number }: JointKey) => `${side} ${part} ${number}`,
    places = new Map<string, number[]>();
  keys.forEach((key, i) => places.set(nameOf(key), [...places.get(nameOf(key)) ?? [], i]));
  return keys.map((key) => {
    if (key.side === "middle") return undefined;
    const there = places.get(nameOf({ ...key, side: key.side === "left" ? "right" : "left" })) ?? [];
    return there.length === 1 && places.get(nameOf(key))!.length === 1 ? there[0] : undefined;
  });
}

/** The lowest joint above both hips, whatever static nodes stand above it. If the hips move freely of it, they are the pelvis. */
function pelvisOf(joints: readonly BvhJoint[], [left, right]: readonly [number, number]): number[] {
  const parents = joints.map(({ parent }) => parent);
  const above = [left, right].map((hip) => ancestors(parents, hip));
  const shared = above[0].find((joint) => above[1].includes(joint));
  const between = [left, right].flatMap((
    hip,
    k,
  ) => [hip, ...above[k].slice(0, above[k].indexOf(shared ?? -1))]);
  const moves = (joint: number) => joints[joint].channels.some((channel) => channel.endsWith("position"));
  return shared === undefined || between.some(moves) ? [left, right] : [shared];
}

/** The joints above a joint, nearest first. */
function ancestors(parents: readonly number[], joint: number): number[] {
  const above: number[] = [];
  for (let at = parents[joint]; at !== -1; at = parents[at]) above.push(at);
  return above;
}
