/**
 * SBU Kinect Interaction as a source of clips: a folder or zip, with the folds of its `folds.csv` if it exists.
 *
 * @module
 */
import { DataError } from "../../../core/errors.ts";
import { openArchive } from "../archive.ts";
import { disagreement, parseFolds } from "./folds.ts";
import { parseSbuClip, SBU_CATEGORIES, SBU_FILE, sbuClipId } from "./clip.ts";
import { type ClipEntry, type ClipSource, sortEntries, type SourceOptions } from "../../clip_source.ts";

const TABLE = "folds.csv";

/** Open the folder or zip file at `path`. A clip that does not agree with the table of folds, or that exists only there, fails when
 * it is read.
 *
 * @throws {DataError} If the path is neither, or the table of folds is damaged.
 */
export async function openSbu(path: string, options: SourceOptions = {}): Promise<ClipSource> {
  const archive = await openArchive(path, 3, options.onRead), table = archive.file(TABLE);
  const entryOf = (id: string): ClipEntry => {
    const [group, folder] = id.split("/");
    const category = Object.hasOwn(SBU_CATEGORIES, folder) ? SBU_CATEGORIES[folder] : folder;
    return { id, category, group, files: [`${id}/${SBU_FILE}`] };
  };
  const present = new Set(archive.members.map(sbuClipId).filter((id) => id !== undefined));
  const published = present.size > 0 && archive.members.includes(TABLE)
    ? parseFolds(await archive.read(TABLE), table)
    : undefined;
  const ids = new Set([...present, ...published?.keys() ?? []]);
  return {
    format: "sbu",
    entries: sortEntries([...ids].map(entryOf)),
    splits: new Map(),
    ...(published && { folds: new Map([...published].map(([id, { fold }]) => [id, fold])) }),
    read: async ({ id, files: [name] }) => {
      const file = archive.file(name);
      const refuse = (why: string) => new DataError(`Cannot use ${table}: ${why}`, file);
      if (!present.has(id)) throw refuse(`expected ${file}, found nothing`);
      const clip = parseSbuClip(new TextDecoder().decode(await archive.read(name)), file, id);
      const why = published && disagreement(clip, published.get(id));
      if (why) throw refuse(why);
      return clip;
    },
  };
}
