/** Inter-X: `skeletons/<clip>/P1.npy` and `P2.npy`, each [frames, 64, 3] in metres at 120 frames per second, y up; from
 * the unpacked folder or straight from `skeletons.zip`, with the lists in `splits/` and `annots/`. */
import { dirname } from "node:path";
import { cannotRead, DataError, UsageError } from "../../../core/errors.ts";
import { withoutSlashes } from "../../../core/files.ts";
import { type Archive, openArchive } from "../archive.ts";
import { isFile, isFolder, readBytes } from "../folder.ts";
import { listLeftOut } from "../left_out.ts";
import { categorySlug, INTERX_CATEGORIES, parseInterxName } from "./names.ts";
import { readInterxSplits, type ReadList } from "./splits.ts";
import { readNpyFloats } from "../npy.ts";
import { readPickledIntegers } from "../pickle.ts";
import { INTERX64 } from "../../skeletons.ts";
import { type ClipEntry, type RecordingSource, sortEntries, type SourceOptions } from "../../clip_source.ts";

/** Frames per second of the recordings. */
export const INTERX_FPS = 120;

/** Largest list or annotation, bytes. Those of the whole data set have some hundred kilobytes. */
const LONGEST_LIST = 4 * 2 ** 20;

const JOINTS = INTERX64.joints.length, WIDTH = JOINTS * 3;

/** Open Inter-X without reading joints.
 * @param path The data set's folder, its folder `skeletons`, or `skeletons.zip`. The lists are read from the data set's
 * folder.
 * @throws {DataError} If the path or one of the lists cannot be read.
 * @throws {UsageError} If `every` is not a positive integer. */
export async function openInterx(path: string, options: SourceOptions = {}): Promise<RecordingSource> {
  const { every = 1, actorFirst = false, onRead } = options;
  if (!(Number.isInteger(every) && every > 0)) {
    throw new UsageError(`Cannot take every ${every} frames: expected a positive integer`);
  }
  const place = withoutSlashes(path), inside = await findSkeletons(place);
  const archive = await openArchive(inside ?? place, 1, onRead), root = inside ? place : dirname(place);
  const readList = async (name: string) => {
    const file = `${root}/${name}`;
    if (!await isFile(file)) return undefined;
    const bytes = await readBytes(file);
    if (bytes.length > LONGEST_LIST) {
      throw cannotRead(file, `expected at most ${LONGEST_LIST} bytes, got ${bytes.length}`);
    }
    onRead?.(name, bytes);
    return { bytes, file };
  };
  const entries = listClips(archive, parseCategories((await readList("annots/action_setting.txt"))?.bytes));
  const order = actorFirst ? await readOrder(root, readList) : undefined;
  return {
    format: "interx",
    entries,
    excluded: listLeftOut(
      archive,
      entries.flatMap(({ files }) => files),
      () => "it is not <GgggTtttAaaaRrrr>/P1.npy or P2.npy",
    ),
    fileOf: ({ files: [name] }) => archive.file(name),
    splits: await readInterxSplits(entries, readList),
    read: async (entry) => {
      const { id, category, group, files: [one, two] } = entry, file = archive.file(dirname(one));
      if (!two) throw cannotRead(file, "expected P1.npy and P2.npy, found only one");
      const people: Float32Array[] = [];
      for (const name of [one, two]) {
        people.push(parseInterxPerson(await archive.read(name), archive.file(name), every));
      }
      const acting = order?.get(id);
      if (order && acting === undefined) {
        throw new DataError(`Cannot tell who acts in ${file}: interaction_order.pkl has no ${id}`, file);
      }
      if (acting === 0) people.reverse(); // person 2 acts, as the data set's author says; its README says the opposite
      const [x, y] = people, frames = x.length / WIDTH;
      if (x.length !== y.length) {
        const counts = `${y.length / WIDTH} and ${frames}`;
        throw cannotRead(file, `expected as many frames in P2.npy as in P1.npy, got ${counts}`);
      }
      const fps = INTERX_FPS / every;
      return { id, category, group, fps, skeleton: INTERX64, frames, x, y, up: "y" };
    },
  };
}

/** The folder `skeletons` of a data set, or that in it if the zip file was unpacked into a folder of its name, or else `skeletons.zip`. */
async function findSkeletons(place: string): Promise<string | undefined> {
  for (const name of ["skeletons/skeletons", "skeletons"]) {
    if (await isFolder(`${place}/${name}`)) return `${place}/${name}`;
  }
  return await isFile(`${place}/skeletons.zip`) ? `${place}/skeletons.zip` : undefined;
}

/** Read one person of a clip: every n-th frame of a `P1.npy` or `P2.npy` that is in memory. NaN stays NaN.
 * @returns [frames, 64, 3], metres.
 * @throws {DataError} If it is not a `.npy` file of that shape. */
export function parseInterxPerson(bytes: Uint8Array, file: string, every = 1): Float32Array {
  const { shape, values } = readNpyFloats(bytes, file);
  if (shape.length !== 3 || shape[0] === 0 || shape[1] !== JOINTS || shape[2] !== 3) {
    throw cannotRead(file, `expected shape [frames,${JOINTS},3], got [${shape}]`);
  }
  if (every === 1) return values;
  const out = new Float32Array(Math.ceil(shape[0] / every) * WIDTH);
  for (let to = 0, from = 0; to < out.length; to += WIDTH, from += every * WIDTH) {
    out.set(values.subarray(from, from + WIDTH), to);
  }
  return out;
}

function listClips(archive: Archive, categories: readonly string[]): ClipEntry[] {
  const clips = new Map<string, ClipEntry & { readonly people: Map<string, string> }>();
  for (const member of archive.members) {
    const [, id = "", person] = /(?:^|\/)([^/]+)\/P([12])\.npy$/i.exec(member) ?? [],
      name = parseInterxName(id);
    if (!name) continue;
    const { group, action } = name, file = archive.file(member), people = clips.get(id)?.people ?? new Map();
    if (people.has(person) || people.size === 2) {
      throw cannotRead(file, `clip ${id} exists twice, first at ${[...people.values()][0]}`);
    }
    if (action >= categories.length) {
      throw cannotRead(file, `expected an action below ${categories.length}, got ${action}`);
    }
    people.set(person, member);
    clips.set(id, { id, category: categories[action], group, files: [], people });
  }
  const inOrder = (people: ReadonlyMap<string, string>) => [...people].sort().map(([, member]) => member);
  return sortEntries([...clips.values()].map(({ people, ...clip }) => ({ ...clip, files: inOrder(people) })));
}

/** Category names by number: the lines of `action_setting.txt`, or the data set's own 40. */
function parseCategories(bytes: Uint8Array | undefined): string[] {
  if (!bytes) return INTERX_CATEGORIES.map(([category]) => category);
  return new TextDecoder().decode(bytes).split(/\r?\n/).map(categorySlug).filter((name) => name !== "");
}

async function readOrder(root: string, readList: ReadList): Promise<Map<string, number>> {
  const name = "annots/interaction_order.pkl", file = `${root}/${name}`, list = await readList(name);
  if (!list) throw new DataError(`Cannot tell who acts: expected ${file}, found nothing`, file);
  const order = readPickledIntegers(list.bytes, file);
  const odd = [...order].find(([, value]) => value !== 0 && value !== 1);
  if (odd) throw cannotRead(file, `expected 0 or 1 for ${odd[0]}, got ${odd[1]}`);
  return order;
}
