/** SBU Kinect Interaction in the original release's text layout:
 * `<pair>/<category 01..08>/<repetition>/skeleton_pos.txt`, one line for each frame with 91 comma-separated fields: the
 * frame number, then x, y, z of 15 joints of person 1, then of person 2, normalised by the sensor. */
import { cannotRead, DataError } from "../../../core/errors.ts";
import type { Recording } from "../../clip.ts";
import { SBU15 } from "../../skeletons.ts";

const FIELDS = 91;
const FPS = 15;
/** Greatest distance from the sensor, metres. No sensor sees further; a larger value is in another unit. */
const FARTHEST = 100;

/** Name of the file that holds a clip. */
export const SBU_FILE = "skeleton_pos.txt";

/** Category names by folder. */
export const SBU_CATEGORIES: Readonly<Record<string, string>> = {
  "01": "approaching",
  "02": "departing",
  "03": "kicking",
  "04": "pushing",
  "05": "shaking-hands",
  "06": "hugging",
  "07": "exchanging-objects",
  "08": "punching",
};

/** Read one `skeleton_pos.txt` that is already in memory. Values become metres, y up.
 * @param text Content of the file. @param file Path to name in errors. @param id Clip id: `<pair>/<category>/<repetition>`.
 * @throws {DataError} Naming file and line, if a line does not have 91 finite numbers, a joint is more than 100 m away,
 * or there is no line.
 * @example
 * ```ts
 * import { parseSbuClip } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const line = Array.from({ length: 91 }, (_, i) => i === 0 ? 1 : 0.5).join(",");
 * const clip = parseSbuClip(`${line}\n`, "skeleton_pos.txt", "p01/03/001");
 * assertEquals([clip.category, clip.group, clip.frames], ["kicking", "p01", 1]);
 * ```
 */
export function parseSbuClip(text: string, file: string, id: string): Recording {
  const [group, folder] = id.split("/");
  if (!Object.hasOwn(SBU_CATEGORIES, folder)) {
    throw cannotRead(file, `expected a category folder 01 to 08, got ${folder}`);
  }
  const category = SBU_CATEGORIES[folder];
  const lines = text.split("\n");
  while (lines.length > 0 && lines[lines.length - 1].trim() === "") lines.pop();
  if (lines.length === 0) throw cannotRead(file, "expected at least one frame, got an empty file");
  const width = SBU15.joints.length * 3;
  const x = new Float32Array(lines.length * width), y = new Float32Array(lines.length * width);
  const numbers = new Float64Array(lines.length);
  lines.forEach((line, frame) => {
    const position = `line ${frame + 1}`, fields = line.split(",");
    const refuse = (why: string) =>
      new DataError(`Cannot parse ${position} of ${file}: ${why}`, file, position);
    if (fields.length !== FIELDS) throw refuse(`expected ${FIELDS} fields, got ${fields.length}`);
    const refuseField = (k: number, why: string) =>
      refuse(`field ${k + 1} ${why}, got "${fields[k].trim().slice(0, 40)}"`);
    for (let k = 0; k < FIELDS; k++) {
      const value = Number(fields[k]);
      if (!Number.isFinite(value) || fields[k].trim() === "") throw refuseField(k, "is not a finite number");
      if (k === 0) {
        if (!Number.isSafeInteger(value)) throw refuseField(k, "is not a whole number");
        numbers[frame] = value;
        continue;
      }
      const metres = toMetres(value, (k - 1) % 3);
      if (Math.abs(metres) > FARTHEST) throw refuseField(k, `is more than ${FARTHEST} m from the sensor`);
      (k <= width ? x : y)[frame * width + (k - 1) % width] = metres;
    }
    // The sensor writes zeros for what it did not see.
    for (let k = 1; k < FIELDS; k += 3) {
      if (![0, 1, 2].every((axis) => Number(fields[k + axis]) === 0)) continue;
      const at = frame * width + (k - 1) % width;
      (k <= width ? x : y).fill(NaN, at, at + 3);
    }
  });
  return { id, category, group, fps: FPS, skeleton: SBU15, frames: lines.length, x, y, up: "y", numbers };
}

/** Undo the sensor's normalisation: X = 1280 - 2560 x, Y = 960 - 1920 y, Z = z 10000 / 7.8125, millimetres. */
export function toMetres(value: number, axis: number): number {
  if (axis === 0) return (1280 - 2560 * value) / 1000;
  return (axis === 1 ? 960 - 1920 * value : value * 10000 / 7.8125) / 1000;
}

/** Clip id of the path of a `skeleton_pos.txt`, by the three folders above it: `<pair>/<category 01..08>/<repetition 001..>`, also
 * where the numbers lack their zeros; undefined for another path. */
export function sbuClipId(path: string): string | undefined {
  const found = /([^/]+)\/([^/]+)\/([^/]+)\/skeleton_pos\.txt$/i.exec(path);
  if (!found) return undefined;
  const [, pair, category, repetition] = found;
  const pad = (number: string, width: number) => /^\d+$/.test(number) ? number.padStart(width, "0") : number;
  return `${pair}/${pad(category, 2)}/${pad(repetition, 3)}`;
}
