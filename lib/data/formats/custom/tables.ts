/** Custom data sets in tables: CSV and Parquet files at any place, also in folders such as `category=push`. */
import { cannotRead } from "../../../core/errors.ts";
import { type ClipEntry, type RecordingSource, sortEntries } from "../../clip_source.ts";
import type { Archive } from "../archive.ts";
import type { Description } from "../description.ts";
import { listLeftOut } from "../left_out.ts";
import { expandTable } from "../gzip.ts";
import { readLongTable } from "../long_table.ts";
import { partitionOf } from "./partitions.ts";
import type { TableClip } from "../table_clips.ts";

/** How the names of tables end. */
export const ENDINGS = { csv: /\.(csv|tsv)(\.gz)?$/i, parquet: /\.parquet$/i } as const;

/** Read all tables of a data set.
 * @param notes What a user must know about these clips already.
 * @throws {DataError} If a table is damaged, or a clip stands in two of them. */
export async function openTables(
  archive: Archive,
  description: Description,
  notes: readonly string[],
): Promise<RecordingSource> {
  const format = description.layout === "csv" ? "csv" : "parquet";
  const clips = new Map<string, TableClip>(), entries: ClipEntry[] = [], warnings = new Set(notes);
  const names = archive.members.filter((name) => ENDINGS[format].test(name));
  for (const name of names) {
    const file = archive.file(name);
    const folder = placeOf(name, (text) => warnings.add(`${file}: ${text}`));
    const described = { ...description, ...folder, clipOfFile: name.replace(ENDINGS[format], "") };
    const table = await readLongTable(expandTable(await archive.read(name), file), file, described);
    for (const text of table.warnings) warnings.add(text);
    for (const clip of table.clips) {
      const { id, category, group } = clip;
      if (clips.has(id)) throw cannotRead(file, `clip ${id} is also in another file`);
      clips.set(id, clip);
      entries.push({ id, category, group, files: [name] });
    }
  }
  if (names.length > 0 && entries.length === 0) {
    throw cannotRead(archive.file(names[0]), "expected rows, found none");
  }
  if (entries.length > 1 && entries.every(({ id, category }) => id === category)) {
    warnings.add(
      "Every clip is a category of its own: add a column category, or use ids such as <category>/<clip>",
    );
  }
  return {
    format: "custom",
    entries: sortEntries(entries),
    excluded: listLeftOut(
      archive,
      names,
      () => `the description says that clips are in .${description.layout} files`,
    ),
    splits: new Map(),
    warnings: [...warnings],
    fileOf: ({ files: [name] }) => archive.file(name),
    // A clip that is wrong must be a rejection, not an exception.
    read: async (entry) => await clips.get(entry.id)!.read(),
  };
}

/** What a table's folders say about its clips where it has no such columns: `category=push/group=S01`, else the name of the folder,
 * for clips whose ids name no category.
 * @param warn Told when a folder's name is taken for a category. */
function placeOf(name: string, warn: (text: string) => void): Pick<Description, "categoryOf" | "group"> {
  const { category, group, rest } = partitionOf(name.split("/").slice(0, -1));
  const folder = rest.findLast((part) => !part.includes("="));
  const categoryOf = (id: string) => {
    if (category !== undefined) return category;
    if (id.includes("/") || folder === undefined) return id.split("/")[0];
    warn(`it names no category, so that of its clips is the folder's name, ${folder}`);
    return folder;
  };
  return { categoryOf, ...(group !== undefined && { group: () => group }) };
}
