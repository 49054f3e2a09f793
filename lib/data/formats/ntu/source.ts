/** NTU RGB+D 120: the 26 mutual actions, from `.skeleton` files in a folder or zip. */
import { cannotRead, UsageError } from "../../../core/errors.ts";
import { openArchive } from "../archive.ts";
import { isSingle, openSingle } from "../single.ts";
import { leaveOut, listLeftOut } from "../left_out.ts";
import type { Recording } from "../../clip.ts";
import { NTU_CATEGORIES, NTU_MISSING, NTU_TRAINING_SUBJECTS, parseNtuName } from "./names.ts";
import { choosePeople } from "./people.ts";
import { parseNtuRecording } from "./text.ts";
import { KINECT25 } from "../../skeletons.ts";
import { sortEntries } from "../../clip_source.ts";
import type {
  ClipEntry,
  ClipSource,
  RecordingSource,
  SkippedClip,
  SourceOptions,
  SplitSide,
} from "../../clip_source.ts";

const FPS = 30;

/** How many folders deep files are looked for. */
const DEPTH = 4;

/** Open NTU RGB+D 120 without reading joints: the mutual actions of one camera, without the clips whose skeletons its
 * authors list as missing.
 *
 * A clip's group is its performer (`P001`); the second person has no name. Splits: `cross-subject`, the paper's, and
 * `cross-setup` (even set-ups train).
 * @param path The folder of the files (or up to 4 folders above), a zip, or a single file.
 * @throws {DataError} If the path cannot be read, or two files have the same name.
 * @throws {UsageError} If there is no such camera. */
export async function openNtu(path: string, options: SourceOptions = {}): Promise<RecordingSource> {
  checkCamera(options); // before a large folder is listed
  if (await isSingle(path, "ntu120")) {
    return await openSingle(path, "ntu120", options, (bytes, entry) => parseNtuClip(bytes, path, entry));
  }
  const archive = await openArchive(path, DEPTH, options.onRead);
  const named = archive.members.flatMap((member): [string, string][] => {
    const id = /(?:^|\/)([^/]+)\.skeleton$/i.exec(member)?.[1].toUpperCase();
    return id !== undefined && parseNtuName(id) ? [[id, member]] : [];
  });
  // A recording that the user names may be of any camera.
  const chosen = archive.kind === "files" ? undefined : checkCamera(options);
  const { entries, excluded: others, ...rest } = listNtuClips(
    named,
    (member) => archive.file(member),
    path,
    chosen,
  );
  const [excluded, listed] = [true, false].map((missing) =>
    entries.filter(({ id }) => NTU_MISSING.has(id) === missing)
  );
  return {
    format: "ntu120",
    ...rest,
    entries: listed,
    excluded: [
      ...excluded.map(({ files: [member] }) =>
        leaveOut(archive.file(member), "the authors list its skeletons as incomplete")
      ),
      ...others,
      ...listLeftOut(
        archive,
        named.map(([, member]) => member),
        () => "it is not SsssCcccPpppRrrrAaaa.skeleton",
      ),
    ],
    fileOf: ({ files: [member] }) => archive.file(member),
    read: async (entry) => {
      const [member] = entry.files;
      return parseNtuClip(await archive.read(member), archive.file(member), entry);
    },
  };
}

/** The camera that the options ask for.
 * @throws {UsageError} If there is no such camera. */
export function checkCamera({ camera = 1 }: SourceOptions): number {
  if (![1, 2, 3].includes(camera)) throw new UsageError(`Cannot use camera ${camera}: expected 1, 2 or 3`);
  return camera;
}

/** List the mutual actions of one camera among clips `[id, file]`, with the splits that follow from their names, and how many are left
 * out.
 * @param fileName Name of a file in messages. @param path Name of the data set in messages. @param camera Any camera if undefined.
 * @throws {DataError} If two clips have the same name. */
export function listNtuClips(
  named: Iterable<readonly [id: string, file: string]>,
  fileName: (file: string) => string,
  path: string,
  camera: number | undefined,
): Pick<ClipSource, "entries" | "splits"> & { readonly excluded: readonly SkippedClip[] } {
  const entries = new Map<string, ClipEntry>(), others = new Map<string, number>();
  const subjects = new Map<string, SplitSide>(), setups = new Map<string, SplitSide>();
  for (const [id, file] of named) {
    const name = parseNtuName(id), [category] = NTU_CATEGORIES.get(name?.action ?? 0) ?? [];
    const isOther = camera !== undefined && name?.camera !== camera;
    if (!name || !category || isOther) {
      const why = !name
        ? "of other names"
        : !category
        ? "of actions of one person"
        : `of other cameras than ${camera}`;
      others.set(why, (others.get(why) ?? 0) + 1);
      continue;
    }
    const known = entries.get(id);
    if (known) throw cannotRead(fileName(file), `clip ${id} exists twice, first at ${known.files[0]}`);
    entries.set(id, { id, category, group: id.slice(8, 12), files: [file] });
    subjects.set(id, NTU_TRAINING_SUBJECTS.has(name.performer) ? "train" : "test");
    setups.set(id, name.setup % 2 === 0 ? "train" : "test");
  }
  return {
    entries: sortEntries(entries.values()),
    excluded: [...others].map(([why, count]) => ({
      file: path,
      reason: `Left out ${count} clips of ${path}: ${why}`,
    })),
    splits: new Map([["cross-subject", subjects], ["cross-setup", setups]]),
  };
}

/** Read one `.skeleton` file that is already in memory.
 * @param bytes The file's content. @param file Path to name in errors. @param entry Names of the clip.
 * @throws {DataError} If the file is damaged, or holds fewer than two people. */
export function parseNtuClip(
  bytes: Uint8Array,
  file: string,
  { id, category, group }: Pick<ClipEntry, "id" | "category" | "group">,
): Recording {
  const people = choosePeople(parseNtuRecording(bytes, file), file);
  return { id, category, group, fps: FPS, skeleton: KINECT25, up: "y", ...people };
}
