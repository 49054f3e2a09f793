/**
 * Skeletons that come with a file, such as a model's: checked before they are used, and never put in the place of another of
 * the same name.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import {
  getSkeleton,
  listSkeletons,
  registerSkeleton,
  type Skeleton,
  UP_AXES,
  type UpAxis,
} from "./skeleton.ts";

/** Most joints that a skeleton of a file may have. */
const MOST_JOINTS = 1000;

/** The skeleton that a parsed JSON value describes, registered under its name.
 *
 * @throws {UsageError} If the value is no skeleton, or another skeleton of its name is known.
 */
export function parseSkeleton(value: unknown): Skeleton {
  const refuse = (why: string) => new UsageError(`Cannot use skeleton: ${why}`);
  if (typeof value !== "object" || value === null) throw refuse("it is no object");
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
  return adoptSkeleton({
    name,
    joints,
    parents: indices("parents", joints.length, -1),
    mirror: indices("mirror", joints.length, 0),
    pelvis: indices("pelvis", undefined, 0),
    hips: indices("hips", 2, 0) as unknown as [number, number],
    shoulders: indices("shoulders", 2, 0) as unknown as [number, number],
    up: up as UpAxis,
  });
}

/** Register a skeleton, unless the very same is known.
 *
 * @throws {UsageError} As `registerSkeleton`, or if another skeleton of its name is known.
 */
export function adoptSkeleton(skeleton: Skeleton): Skeleton {
  const { name } = skeleton;
  if (!listSkeletons().includes(name)) return registerSkeleton(skeleton);
  const known = getSkeleton(name), text = (own: Skeleton) => JSON.stringify(Object.entries(own).sort());
  if (text(known) === text(skeleton)) return known;
  throw new UsageError(`Cannot use skeleton ${name}: another skeleton of that name is known`);
}
