/**
 * NTU RGB+D 120: the 26 mutual actions, from `.skeleton` files in a folder or zip.
 *
 * @module
 */
import { DataError, UsageError } from "../errors.ts";
import { openArchive } from "./archive.ts";
import { checkClip, type Clip } from "./clip.ts";
import { NTU_CATEGORIES, NTU_MISSING, NTU_TRAINING_SUBJECTS, parseNtuName } from "./ntu_names.ts";
import { choosePeople } from "./ntu_people.ts";
import { parseNtuRecording } from "./ntu_text.ts";
import { KINECT25 } from "./skeletons.ts";
import {
  type ClipEntry,
  type ClipSource,
  type SkippedClip,
  sortEntries,
  type SourceOptions,
  type SplitSide,
} from "./source.ts";

/** The layout of a data folder, for messages. */
export const NTU_LAYOUT =
  "SsssCcccPpppRrrrAaaa.skeleton of actions 50 to 60 or 106 to 120, or a .zip with them";

const FPS = 30;

/** Open NTU RGB+D 120 without reading joints: the mutual actions of one camera, without the clips whose skeletons its
 * authors list as missing.
 *
 * A clip's group is its performer (`P001`); the second person has no name. Splits: `cross-subject`, the paper's, and
 * `cross-setup` (even set-ups train).
 *
 * @param path The folder of the files (or up to 2 folders above), or a zip.
 * @throws {DataError} If the path cannot be read, or two files have one name.
 * @throws {UsageError} If there is no such camera.
 */
export async function openNtu(path: string, options: SourceOptions = {}): Promise<ClipSource> {
  const { camera = 1, onRead = () => {} } = options;
  if (![1, 2, 3].includes(camera)) throw new UsageError(`Cannot use camera ${camera}: expected 1, 2 or 3`);
  const archive = await openArchive(path, 2);
  const entries = new Map<string, ClipEntry>(), excluded: SkippedClip[] = [];
  const subjects = new Map<string, SplitSide>(), setups = new Map<string, SplitSide>();
  for (const member of archive.members) {
    const id = /(?:^|\/)([^/]+)\.skeleton$/.exec(member)?.[1];
    const name = id === undefined ? undefined : parseNtuName(id);
    const [category] = NTU_CATEGORIES.get(name?.action ?? 0) ?? [];
    if (id === undefined || !name || !category || name.camera !== camera) continue;
    const file = archive.file(member), known = entries.get(id);
    if (known) {
      throw new DataError(`Cannot read ${file}: clip ${id} is there already, at ${known.files[0]}`, file);
    }
    if (NTU_MISSING.has(id)) {
      excluded.push({ file, reason: `Left out ${file}: its skeletons are incomplete, say the authors` });
      continue;
    }
    const group = id.slice(8, 12);
    entries.set(id, { id, category, group, files: [member] });
    subjects.set(id, NTU_TRAINING_SUBJECTS.has(name.performer) ? "train" : "test");
    setups.set(id, name.setup % 2 === 0 ? "train" : "test");
  }
  return {
    format: "ntu120",
    entries: sortEntries(entries.values()),
    excluded,
    splits: new Map([["cross-subject", subjects], ["cross-setup", setups]]),
    read: async (entry) => {
      const [member] = entry.files, bytes = await archive.read(member);
      onRead(member, bytes);
      return parseNtuClip(bytes, archive.file(member), entry);
    },
  };
}

/** Read one `.skeleton` file that is already in memory.
 *
 * @param bytes The file's content. @param file Path to name in errors. @param entry Names of the clip.
 * @throws {DataError} If the file is damaged, or holds fewer than two people.
 */
export function parseNtuClip(
  bytes: Uint8Array,
  file: string,
  { id, category, group }: Pick<ClipEntry, "id" | "category" | "group">,
): Clip {
  const { frames, x, y, interpolated } = choosePeople(parseNtuRecording(bytes, file), file);
  const clip: Clip = { id, category, group, fps: FPS, skeleton: KINECT25, frames, x, y, up: "y" };
  return checkClip(interpolated > 0 ? { ...clip, interpolated } : clip, file);
}
