/** Finds the clips of a custom data set whose clips have files of their own. */
import { cannotRead } from "../../../core/errors.ts";
import type { ClipEntry, SkippedClip } from "../../clip_source.ts";
import type { Archive } from "../archive.ts";
import { type Description, groupOfId } from "../description.ts";
import { INTERX_CATEGORIES, parseInterxName } from "../interx/names.ts";
import { listLeftOut } from "../left_out.ts";
import { partitionOf } from "./partitions.ts";

/** Layouts with a file for each person, and how these files end. */
const PAIRS: Readonly<Record<string, string>> = { bvh: "bvh", smplx: "npz" };

/** Clips in files `<category>/<clip>.<layout>`, or in `<category>/<clip>/P1.*` and `P2.*`, and the files that are left out: those at
 * other places, or of one person alone.
 * @param path The data set, to name in errors.
 * @throws {DataError} If two clips have the same id, or the pattern of groups does not match one. */
export function listRecordings(
  archive: Archive,
  description: Description,
  path: string,
): { readonly entries: readonly ClipEntry[]; readonly excluded: readonly SkippedClip[] } {
  const { layout, rest } = description, pair = PAIRS[layout], people = new Map<string, string[]>();
  const pattern = new RegExp(`^(.*)${pair ? `/P([12])\\.${pair}` : `\\.${layout}`}$`, "is");
  for (const name of archive.members) {
    const [, id, person = 1] = pattern.exec(name) ?? [], files = people.get(id) ?? [];
    if (id === undefined || name === rest) continue;
    const first = files[Number(person) - 1];
    if (first) throw cannotRead(archive.file(name), `clip ${id} exists twice, first at ${first}`);
    files[Number(person) - 1] = name;
    people.set(id, files);
  }
  const entries: ClipEntry[] = [], reasons = new Map<string, string>();
  for (const [id, files] of people) {
    const missing = pair ? [0, 1].find((person) => !files[person]) : undefined;
    const names = missing === undefined ? namesOf(id, description, path) : undefined;
    if (names) entries.push({ ...names, files });
    else if (missing !== undefined) {
      for (const name of files.filter(Boolean)) {
        reasons.set(name, `P${missing + 1}.${pair} is not beside it`);
      }
    }
  }
  const place = pair ? `<category>/<clip>/P1.${pair}, P2.${pair}` : `<category>/<clip>.${layout}`;
  const used = [...entries.flatMap(({ files }) => files), ...(rest === undefined ? [] : [rest])];
  return {
    entries,
    excluded: listLeftOut(archive, used, (name) => reasons.get(name) ?? `it is not at ${place}`),
  };
}

/** Id, category and group of a clip whose files have this name before their ending; undefined if they stand at another place. */
function namesOf(name: string, description: Description, path: string): Omit<ClipEntry, "files"> | undefined {
  const interx = description.layout === "smplx" ? interxNames(name, description, path) : undefined;
  if (interx) return interx;
  const { category, group, rest } = partitionOf(name.split("/"));
  if (rest.length !== (category === undefined ? 2 : 1)) return undefined;
  return { id: name, category: category ?? rest[0], group: group ?? groupOfId(description, name, path) };
}

/** Category and group of `motions/<clip>` or `<clip>` with a name of Inter-X; undefined for another name. */
function interxNames(
  folder: string,
  description: Description,
  path: string,
): Omit<ClipEntry, "files"> | undefined {
  const id = folder.replace(/^motions\//, ""), found = parseInterxName(id);
  const category = found && INTERX_CATEGORIES[found.action]?.[0];
  if (category === undefined) return undefined;
  return { id, category, group: description.group ? groupOfId(description, id, path) : found!.group };
}
