/**
 * Inter-X: `skeletons/<clip>/P1.npy` and `P2.npy`, each [frames, 64, 3] in metres at 120 frames per second, y up; from
 * the unpacked folder or straight from `skeletons.zip`, with the lists in `splits/` and `annots/`.
 *
 * @module
 */
import { dirname } from "node:path";
import { DataError, UsageError } from "../../../core/errors.ts";
import { withoutSlashes } from "../../../core/files.ts";
import type { Archive } from "../archive.ts";
import { isFile } from "../folder.ts";
import { openArchive } from "../open_archive.ts";
import { checkClip, type Clip } from "../../clip.ts";
import { isFolder, readBytes } from "../folder.ts";
import { fillGaps } from "../../transforms/gaps.ts";
import { categorySlug, INTERX_CATEGORIES, parseInterxName } from "./names.ts";
import { readInterxSplits } from "./splits.ts";
import { readNpyFloats } from "../npy.ts";
import { readPickledIntegers } from "../pickle.ts";
import { INTERX64 } from "../../skeletons.ts";
import { type ClipEntry, type ClipSource, sortEntries, type SourceOptions } from "../../clip_source.ts";

/** Frames per second of the recordings. */
export const INTERX_FPS = 120;

/** Largest list or annotation, bytes. Those of the whole data set have some hundred kilobytes. */
const LONGEST_LIST = 4 * 2 ** 20;

const JOINTS = INTERX64.joints.length;

/** Open Inter-X without reading joints.
 *
 * @param path The data set's folder, its folder `skeletons`, or `skeletons.zip`. The lists are read from the data set's
 * folder.
 * @throws {DataError} If the path or one of the lists cannot be read.
 * @throws {UsageError} If `every` is not a positive integer.
 */
export async function openInterx(path: string, options: SourceOptions = {}): Promise<ClipSource> {
  const { every = 1, actorFirst = false, onRead = () => {} } = options;
  if (!(Number.isInteger(every) && every > 0)) {
    throw new UsageError(`Cannot take every ${every} frames: expected a positive integer`);
  }
  const { archive, root } = await findSkeletons(path);
  const readList = async (name: string) => {
    const file = `${root}/${name}`;
    if (root === undefined || !await isFile(file)) return undefined;
    const bytes = await readBytes(file);
    if (bytes.length > LONGEST_LIST) {
      throw new DataError(
        `Cannot read ${file}: expected at most ${LONGEST_LIST} bytes, got ${bytes.length}`,
        file,
      );
    }
    onRead(name, bytes);
    return bytes;
  };
  const categories = parseCategories(await readList("annots/action_setting.txt"));
  const entries = listClips(archive, categories);
  const order = actorFirst ? await readOrder(root, readList) : undefined;
  const splits = await readInterxSplits(entries, root, readList);
  const read = async (name: string) => {
    const bytes = await archive.read(name);
    onRead(name, bytes);
    return bytes;
  };
  return {
    format: "interx",
    entries,
    splits,
    read: async (entry) => {
      const [one, two] = entry.files, file = archive.file(dirname(one));
      if (!two) throw new DataError(`Cannot read ${file}: expected P1.npy and P2.npy, found only one`, file);
      const people = [
        parseInterxPerson(await read(one), archive.file(one), every),
        parseInterxPerson(await read(two), archive.file(two), every),
      ];
      const acting = order?.get(entry.id);
      if (order && acting === undefined) {
        throw new DataError(
          `Cannot tell who acts in ${file}: interaction_order.pkl has no ${entry.id}`,
          file,
        );
      }
      // 0: person 2 acts, as the data set's author says; its README says the opposite.
      return makeInterxClip(entry, acting === 0 ? people.reverse() : people, INTERX_FPS / every, file);
    },
  };
}

/** Read one person of a clip: every n-th frame of a `P1.npy` or `P2.npy` that is in memory. NaN stays NaN.
 *
 * @returns [frames, 64, 3], metres.
 * @throws {DataError} If it is not a `.npy` file of that shape.
 */
export function parseInterxPerson(bytes: Uint8Array, file: string, every = 1): Float32Array {
  const { shape, values } = readNpyFloats(bytes, file);
  if (shape.length !== 3 || shape[0] === 0 || shape[1] !== JOINTS || shape[2] !== 3) {
    throw new DataError(`Cannot read ${file}: expected shape [frames,${JOINTS},3], got [${shape}]`, file);
  }
  if (every === 1) return values;
  const width = JOINTS * 3, frames = Math.ceil(shape[0] / every);
  const out = new Float32Array(frames * width);
  for (let t = 0; t < frames; t++) {
    out.set(values.subarray(t * every * width, (t * every + 1) * width), t * width);
  }
  return out;
}

function makeInterxClip(
  { id, category, group }: ClipEntry,
  [x, y]: Float32Array[],
  fps: number,
  file: string,
): Clip {
  const frames = x.length / (JOINTS * 3);
  if (x.length !== y.length) {
    throw new DataError(
      `Cannot read ${file}: expected as many frames in P2.npy as in P1.npy, got ${
        y.length / (JOINTS * 3)
      } and ${frames}`,
      file,
    );
  }
  let interpolated = 0;
  for (const [person, values] of [["first", x], ["second", y]] as const) {
    const { filled, lost } = fillGaps(values, frames, JOINTS);
    if (lost !== undefined) {
      throw new DataError(
        `Cannot read ${file}: ${INTERX64.joints[lost]} of the ${person} person is NaN in every frame`,
        file,
      );
    }
    interpolated += filled;
  }
  const clip: Clip = { id, category, group, fps, skeleton: INTERX64, frames, x, y, up: "y" };
  return checkClip(interpolated > 0 ? { ...clip, interpolated } : clip, file);
}

/** Archive that holds the clips, and the data set's folder if there is one. */
async function findSkeletons(path: string): Promise<{ archive: Archive; root?: string }> {
  const place = withoutSlashes(path), above = dirname(place);
  if (await isFile(place)) return { archive: await openArchive(place, 0), root: above };
  if (await isFolder(`${place}/skeletons`)) {
    return { archive: await openArchive(`${place}/skeletons`, 1), root: place };
  }
  if (await isFile(`${place}/skeletons.zip`)) {
    return { archive: await openArchive(`${place}/skeletons.zip`, 0), root: place };
  }
  return { archive: await openArchive(place, 1), root: above };
}

function listClips(archive: Archive, categories: readonly string[]): ClipEntry[] {
  const files = new Map<string, string[]>();
  for (const member of archive.members) {
    const id = /(?:^|\/)([^/]+)\/P[12]\.npy$/.exec(member)?.[1];
    if (id === undefined || !parseInterxName(id)) continue;
    const known = files.get(id) ?? [];
    if (known.length === 2) {
      const file = archive.file(member);
      throw new DataError(`Cannot read ${file}: clip ${id} exists twice, first at ${known[0]}`, file);
    }
    files.set(id, [...known, member]);
  }
  return sortEntries([...files].map(([id, names]) => {
    const { group, action } = parseInterxName(id)!;
    if (action >= categories.length) {
      const file = archive.file(names[0]);
      throw new DataError(
        `Cannot read ${file}: expected an action below ${categories.length}, got ${action}`,
        file,
      );
    }
    return { id, category: categories[action], group, files: names };
  }));
}

/** Category names by number: the lines of `action_setting.txt`, or the data set's own 40. */
function parseCategories(bytes: Uint8Array | undefined): string[] {
  if (!bytes) return INTERX_CATEGORIES.map(([category]) => category);
  return new TextDecoder().decode(bytes).split(/\r?\n/).map(categorySlug).filter((name) => name !== "");
}

async function readOrder(
  root: string | undefined,
  readList: (name: string) => Promise<Uint8Array | undefined>,
): Promise<Map<string, number>> {
  const name = "annots/interaction_order.pkl", file = root ? `${root}/${name}` : name;
  const bytes = await readList(name);
  if (!bytes) throw new DataError(`Cannot tell who acts: expected ${file}, found nothing`, file);
  const order = readPickledIntegers(bytes, file);
  for (const [id, value] of order) {
    if (value !== 0 && value !== 1) {
      throw new DataError(`Cannot read ${file}: expected 0 or 1 for ${id}, got ${value}`, file);
    }
  }
  return order;
}
