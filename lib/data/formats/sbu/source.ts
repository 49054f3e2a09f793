/** SBU Kinect Interaction as a source of clips: a folder or zip, with the folds of its `folds.csv` if it exists. */
import { resolve } from "node:path";
import { cannotRead, DataError } from "../../../core/errors.ts";
import { type Archive, openArchive } from "../archive.ts";
import { listLeftOut } from "../left_out.ts";
import { isSingle, openSingle } from "../single.ts";
import { isMissing } from "../csv/numbers.ts";
import { openTable, readTable } from "../table.ts";
import { parseSbuClip, SBU_CATEGORIES, SBU_FILE, sbuClipId } from "./clip.ts";
import { type ClipEntry, type RecordingSource, sortEntries, type SourceOptions } from "../../clip_source.ts";

const TABLE = "folds.csv";

/** How many folders deep recordings are looked for. The release has four, `s01s02/s01s02/03/001`. */
const DEPTH = 6;

/** Open the folder, zip file or single `.txt` at `path`. A clip that does not agree with the table of folds, or that exists only
 * there, fails when it is read.
 * @throws {DataError} If the path is neither, or the table of folds is damaged. */
export async function openSbu(path: string, options: SourceOptions = {}): Promise<RecordingSource> {
  if (await isSingle(path, "sbu")) {
    return await openSingle(path, "sbu", options, (bytes, entry) => ({
      ...parseSbuClip(new TextDecoder().decode(bytes), path, "0/01/0"),
      ...entry,
    }));
  }
  const archive = await openArchive(path, DEPTH, options.onRead), table = archive.file(TABLE);
  const present = findRecordings(archive);
  const published = present.size > 0 && archive.members.includes(TABLE)
    ? await parseFolds(await archive.read(TABLE), table)
    : undefined;
  const ids = new Set([...present.keys(), ...published?.keys() ?? []]);
  const entryOf = (id: string): ClipEntry => {
    const [group, folder] = id.split("/");
    const category = Object.hasOwn(SBU_CATEGORIES, folder) ? SBU_CATEGORIES[folder] : folder;
    return { id, category, group, files: [present.get(id) ?? `${id}/${SBU_FILE}`] };
  };
  return {
    format: "sbu",
    entries: sortEntries([...ids].map(entryOf)),
    excluded: listLeftOut(
      archive,
      [...present.values(), ...(published ? [TABLE] : [])],
      () => `it is not at <pair>/<category>/<repetition>/${SBU_FILE}`,
      true,
    ),
    splits: new Map(),
    fileOf: ({ files: [name] }) => archive.file(name),
    ...(published && { folds: new Map([...published].map(([id, { fold }]) => [id, fold])) }),
    read: async ({ id, files: [name] }) => {
      const file = archive.file(name);
      const refuse = (why: string) => new DataError(`Cannot use ${table}: ${why}`, file);
      if (!present.has(id)) throw refuse(`expected ${file}, found nothing`);
      const clip = parseSbuClip(new TextDecoder().decode(await archive.read(name)), file, id);
      const row = published?.get(id), frames = row?.frames ?? clip.frames;
      if (published && !row) throw refuse(`clip ${id} has no fold`);
      if (frames !== clip.frames) throw refuse(`expected ${frames} frames of ${id}, got ${clip.frames}`);
      return clip;
    },
  };
}

/** The recordings of an archive, by clip id. The folders above the archive count, so that one pair or one recording can be opened.
 * @throws {DataError} If two have the same id. */
function findRecordings(archive: Archive): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of archive.members) {
    const above = resolve(archive.file(name)).replaceAll("\\", "/").replace(/\.zip\//gi, "/");
    const id = sbuClipId(name) ?? sbuClipId(above);
    if (id === undefined || !sbuClipId(name) && !Object.hasOwn(SBU_CATEGORIES, id.split("/")[1])) continue;
    const known = found.get(id);
    if (known !== undefined) {
      throw cannotRead(archive.file(name), `clip ${id} exists twice, first at ${known}`);
    }
    found.set(id, name);
  }
  return found;
}

/** Read a `folds.csv`: columns clip and fold (1-based), and optionally the number of frames.
 * @throws {DataError} If a column is missing, a clip comes twice, or a fold or a number of frames is not a positive integer. */
export async function parseFolds(
  bytes: Uint8Array,
  file: string,
): Promise<Map<string, { readonly fold: number; readonly frames?: number }>> {
  const columns = { clip: "text", fold: "text" } as const, optional = { frames: "text" } as const;
  const table = await readTable(await openTable(bytes, file, "csv"), file, { columns, optional });
  const folds: Awaited<ReturnType<typeof parseFolds>> = new Map();
  const textOf = (name: string, row: number) => {
    const { texts, indices } = table.text.get(name)!, text = texts[indices[row]];
    if (isMissing(text)) throw table.refuse(table.faultOf(name, row), row);
    return text;
  };
  const count = (name: string, row: number) => {
    const text = textOf(name, row);
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    throw table.refuse(`${name} is not a positive integer, got "${text.slice(0, 40)}"`, row);
  };
  for (let row = 0; row < table.rows; row++) {
    const id = textOf("clip", row);
    if (folds.has(id)) throw table.refuse(`clip ${id} has a fold already`, row);
    folds.set(id, {
      fold: count("fold", row),
      ...(table.text.has("frames") && { frames: count("frames", row) }),
    });
  }
  return folds;
}
