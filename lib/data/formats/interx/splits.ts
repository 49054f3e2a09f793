/**
 * Splits of Inter-X: its published lists, the paper's use of them, and one that keeps groups apart.
 *
 * @module
 */
import { DataError } from "../../../core/errors.ts";
import { parseInterxName } from "./names.ts";
import type { ClipEntry, SplitSide } from "../../clip_source.ts";

type Split = Map<string, SplitSide>;

/** Read the splits of a data set's folder.
 *
 * - `paper`: `train.txt` against `val.txt` and `test.txt` together, the only way to the paper's 9,110 and 2,278 clips.
 * - `official`: `train.txt` against `test.txt`; clips of `val.txt` are on neither side.
 * - `group`: whole groups, every fifth for testing. The lists have every group on both sides, so they say less about new
 *   people. It needs no lists.
 *
 * @param readList Reads a file of the data set's folder; undefined if there is none.
 * @throws {DataError} If a line is not a clip's name, or a clip is in two lists.
 */
export async function readInterxSplits(
  entries: readonly ClipEntry[],
  root: string | undefined,
  readList: (name: string) => Promise<Uint8Array | undefined>,
): Promise<Map<string, Split>> {
  const splits = new Map<string, Split>();
  const listOf = new Map<string, string>();
  const lists: Record<string, string[]> = {};
  for (const list of ["train", "val", "test"]) {
    const name = `splits/${list}.txt`, bytes = await readList(name);
    if (!bytes) continue;
    lists[list] = parseList(bytes, `${root}/${name}`, listOf);
  }
  const { train, val = [], test } = lists;
  const split = (trainIds: readonly string[], testIds: readonly string[]) =>
    new Map<string, SplitSide>([
      ...trainIds.map((id) => [id, "train"] as const),
      ...testIds.map((id) => [id, "test"] as const),
    ]);
  if (train && test) {
    splits.set("paper", split(train, [...val, ...test]));
    splits.set("official", split(train, test));
  }
  const groups = [...new Set(entries.map((entry) => entry.group))].sort();
  splits.set(
    "group",
    new Map(entries.map(({ id, group }) => [id, groups.indexOf(group) % 5 === 4 ? "test" : "train"])),
  );
  return splits;
}

/** Read the clip names of a list, one a line. `listOf` holds where each name was read. */
function parseList(bytes: Uint8Array, file: string, listOf: Map<string, string>): string[] {
  const ids: string[] = [];
  new TextDecoder().decode(bytes).split("\n").forEach((line, i) => {
    const id = line.trim();
    if (id === "") return;
    const position = `line ${i + 1}`, where = `${position} of ${file}`;
    if (!parseInterxName(id)) {
      throw new DataError(
        `Cannot parse ${where}: expected a clip's name, got "${id.slice(0, 40)}"`,
        file,
        position,
      );
    }
    if (listOf.has(id)) {
      throw new DataError(`Cannot parse ${where}: ${id} is also in ${listOf.get(id)}`, file, position);
    }
    listOf.set(id, where);
    ids.push(id);
  });
  return ids;
}
