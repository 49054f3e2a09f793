/**
 * What the writers of data sets have in common.
 *
 * @module
 */
import { UsageError } from "../../lib/core/errors.ts";
import type { Clip } from "../../lib/data/clip.ts";

/** Refuse a clip that the format has no place for.
 *
 * @throws {UsageError} If the clip's skeleton is not the named one, or it is not y up.
 */
export function requireSkeleton({ id, skeleton, up }: Clip, name: string, format: string): void {
  if (skeleton.name === name && up === "y") return;
  throw new UsageError(
    `Cannot write ${id} as ${format}: expected skeleton ${name} with y up, got ${skeleton.name} with ${up} up`,
  );
}

/** The number in a clip's group: 7 for `g07`.
 *
 * @throws {UsageError} If it has none, or one over 999.
 */
export function numberedGroup({ id, group }: Clip): number {
  const number = /^\D*(\d{1,3})$/.exec(group)?.[1];
  if (number === undefined) {
    throw new UsageError(`Cannot write ${id}: its group ${group} has no number up to 999`);
  }
  return Number(number);
}

/** The shortest decimal text that gives this float32 back. */
export function formatFloat32(value: number): string {
  if (Object.is(value, -0)) return "-0";
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
