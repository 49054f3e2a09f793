/** Checks of a data set's clips: names of categories, sizes of bodies, recordings that exist twice. */
import { sha256 } from "../core/files.ts";
import { DataError } from "../core/errors.ts";
import type { Clip } from "./clip.ts";
import { bodySize, isAbsurdSize, isBodySize, likelyUnit, type Unit, UNITS } from "./units.ts";

/** Number of clips up to which a category for each of them is no reason for a warning. */
const FEW = 3;

/** Check that a clip's category has a name that can be shown and used.
 * @param file Path to name in errors.
 * @throws {DataError} If it is blank, or has a line break or another control character. */
export function checkCategory({ id, category }: Pick<Clip, "id" | "category">, file: string): void {
  const refuse = (why: string) =>
    new DataError(`Cannot use clip ${JSON.stringify(id)} of ${file}: ${why}`, file);
  if (category.trim() === "") throw refuse("its category has no name");
  // deno-lint-ignore no-control-regex -- these are what is looked for
  if (/[\x00-\x1f\x7f-\x9f\u2028\u2029]/.test(category)) {
    throw refuse(`its category ${JSON.stringify(category)} has a line break or another control character`);
  }
}

/** Check that the bodies of a clip can have the size of people, from 0.2 to 9 m, which leaves room for noise.
 * @param file Path to name in errors. @param unit The unit in which the file was read.
 * @throws {DataError} If they do not; the message names the likely unit. */
export function checkBodySize(clip: Clip, file: string, unit: Unit): void {
  const size = bodySize(clip);
  if (!isAbsurdSize(size)) return;
  const likely = likelyUnit(size, unit), insist = `insist with --units ${unit}`;
  const advice = likely ? `the unit is probably ${likely}: write "units": "${likely}", or ${insist}` : insist;
  const read = `${Number((size / UNITS[unit]).toPrecision(3))} ${unit}`;
  throw new DataError(`Cannot use clip ${clip.id} of ${file}: its bodies are ${read} tall; ${advice}`, file);
}

/** A sentence for the user if each clip is a category of its own; undefined for a few clips. */
export function warnOfLoneCategories(clips: readonly Clip[]): string | undefined {
  const categories = new Set(clips.map(({ category }) => category)).size;
  if (clips.length <= FEW || categories < clips.length) return undefined;
  return `Each of the ${clips.length} clips is a category of its own, so none can be learned: the category is that of the ` +
    "column category, of the folder, or the clip's id up to the first /";
}

/** A sentence for the user about categories whose names look the same; undefined if there is none. */
export function warnOfAlikeCategories(clips: readonly Clip[]): string | undefined {
  const plain = (name: string) => name.normalize("NFKC").toLowerCase().replace(/[\s_-]+/g, "");
  const names = new Set(clips.map(({ category }) => category));
  const alike = [...Map.groupBy(names, plain).values()].find(({ length }) => length > 1);
  if (!alike) return undefined;
  const list = alike.map((name) => JSON.stringify(name)).join(" and ");
  return `Categories ${list} differ only in case, blanks, signs or the encoding of letters`;
}

/** A sentence for the user about bodies of a size that only noise explains, such as 4.8 m for feet that were read as metres; undefined
 * if there is none. */
export function warnOfBodySizes(clips: readonly Clip[]): string | undefined {
  const odd = clips.filter((clip) => !isBodySize(bodySize(clip)));
  if (odd.length === 0) return undefined;
  const size = Number(bodySize(odd[0]).toPrecision(2));
  return `Check the unit: bodies are ${size} m tall in ${
    odd[0].id
  }, of an odd size in ${odd.length} of ${clips.length} clips`;
}

/** Groups of clips with the same joints, also with the people exchanged; ids in the clips' order. */
export function findDuplicates(clips: readonly Clip[]): string[][] {
  // Few clips share their length and first values: only those are compared whole.
  const start = ({ frames, x, y }: Clip) => {
    const [a, b] = [x, y].map((values) => values.subarray(0, 6).join()).sort();
    return `${frames} ${a} ${b}`;
  };
  const bytes = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    new Uint8Array(buffer, byteOffset, byteLength);
  const whole = ({ x, y }: Clip) => [x, y].map((values) => sha256(bytes(values))).sort().join();
  const alike = [...Map.groupBy(clips, start).values()].filter(({ length }) => length > 1);
  return alike.flatMap((some) => [...Map.groupBy(some, whole).values()])
    .filter(({ length }) => length > 1).map((same) => same.map(({ id }) => id));
}

/** A sentence for the user about recordings that exist more than once; undefined if there is none. */
export function warnOfDuplicates(duplicates: readonly (readonly string[])[]): string | undefined {
  if (duplicates.length === 0) return undefined;
  const [[first, second]] = duplicates, count = duplicates.reduce((sum, { length }) => sum + length - 1, 0);
  return `${count} ${
    count === 1 ? "clip is" : "clips are"
  } the same as another, such as ${second} as ${first}`;
}
