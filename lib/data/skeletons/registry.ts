/** Registry of skeletons: by name, from code and from files. */
import { UsageError } from "../../core/errors.ts";
import { type Skeleton, UP_AXES, type UpAxis } from "../skeleton.ts";
import { skeletonOfAlias } from "./notes.ts";

const registry = new Map<string, Skeleton>();

/** Most joints that a skeleton in a file may have. */
const MOST_JOINTS = 1000;

/** Register a skeleton under its name.
 * @throws {UsageError} If the lists differ in length, parents do not lead to a root, or the mirror is not an involution. */
export function registerSkeleton(skeleton: Skeleton): Skeleton {
  const { name, joints, parents, mirror } = skeleton;
  const refuse = (why: string) => new UsageError(`Cannot register skeleton ${name}: ${why}`);
  if (parents.length !== joints.length || mirror.length !== joints.length) {
    throw refuse(`expected ${joints.length} parents and mirrors, got ${parents.length} and ${mirror.length}`);
  }
  joints.forEach((joint, i) => {
    if (mirror[mirror[i]] !== i) throw refuse(`the mirror of ${joint} does not lead back to it`);
    const seen = new Set<number>();
    for (let at = i; at !== -1; at = parents[at]) {
      if (seen.has(at) || !(at in joints)) throw refuse(`the parents of ${joint} do not lead to a root`);
      seen.add(at);
    }
  });
  registry.set(name, skeleton);
  return skeleton;
}

/** The skeleton of that name, or of another usual name of it, such as `Azure Kinect` for `azure32`.
 * @throws {UsageError} If no skeleton has this name; the message lists the known names. */
export function getSkeleton(name: string): Skeleton {
  const skeleton = registry.get(name) ?? registry.get(skeletonOfAlias(name) ?? name);
  if (!skeleton) {
    throw new UsageError(`Cannot find skeleton ${name}: known are ${listSkeletons().join(", ")}`);
  }
  return skeleton;
}

/** Names of all registered skeletons, sorted. */
export function listSkeletons(): string[] {
  return [...registry.keys()].sort();
}

/** Register the skeleton that a JSON value from a file describes. It never replaces another skeleton of its name.
 * @param refuse Makes the error of a reason such as "name must be text".
 * @throws {UsageError} If the value is not a skeleton, or another skeleton has its name. */
export function parseSkeleton(
  value: unknown,
  refuse: (why: string) => Error = (why) => new UsageError(`Cannot use skeleton: ${why}`),
): Skeleton {
  if (typeof value !== "object" || value === null) throw refuse("expected an object");
  const given = value as Record<string, unknown>, { name, joints, up } = given;
  if (typeof name !== "string" || name === "") throw refuse("name must be text");
  const areNames = Array.isArray(joints) && joints.length > 0 && joints.length <= MOST_JOINTS &&
    joints.every((joint) => typeof joint === "string");
  if (!areNames) throw refuse(`joints must be 1 to ${MOST_JOINTS} names`);
  const indices = (key: string, length: number | undefined, low: number): number[] => {
    const list = given[key];
    const fits = Array.isArray(list) && (length === undefined ? list.length > 0 : list.length === length) &&
      list.every((item) => Number.isInteger(item) && item >= low && item < joints.length);
    if (fits) return list;
    throw refuse(`${key} must be ${length ?? "some"} indices of joints`);
  };
  if (!UP_AXES.includes(up as UpAxis)) throw refuse(`up must be ${UP_AXES.join(", ")}`);
  const skeleton: Skeleton = {
    name,
    joints,
    parents: indices("parents", joints.length, -1),
    mirror: indices("mirror", joints.length, 0),
    pelvis: indices("pelvis", undefined, 0),
    hips: indices("hips", 2, 0) as unknown as [number, number],
    shoulders: indices("shoulders", 2, 0) as unknown as [number, number],
    up: up as UpAxis,
  };
  const known = registry.get(name), text = (other: Skeleton) => JSON.stringify(Object.entries(other).sort());
  if (known && text(known) !== text(skeleton)) {
    throw new UsageError(`Cannot use skeleton ${name}: another skeleton of that name is known`);
  }
  return known ?? registerSkeleton(skeleton);
}
