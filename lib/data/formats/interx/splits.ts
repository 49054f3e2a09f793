/** Splits of Inter-X: its published lists, the paper's use of them, and one that keeps groups apart. */
import { DataError } from "../../../core/errors.ts";
import { parseInterxName } from "./names.ts";
import type { ClipEntry, SplitSide } from "../../clip_source.ts";

/** Reads a file of the data set's folder; undefined if there is none. */
export type ReadList = (
  name: string,
) => Promise<{ readonly bytes: Uint8Array; readonly file: string } | undefined>;

/** Read the splits of a data set's folder.
 *
 * - `paper`: `train.txt` against `val.txt` and `test.txt` together, the only way to the paper's 9,110 and 2,278 clips.
 * - `official`: `train.txt` against `test.txt`; clips of `val.txt` are on neither side.
 * - `group`: whole groups, every fifth for testing. The lists have every group on both sides, so they say less about new
 *   people. It needs no lists.
 * @throws {DataError} If a line is not a clip's name, or a clip is in two lists. */
export async function readInterxSplits(
  entries: readonly ClipEntry[],
  readList: ReadList,
): Promise<Map<string, Map<string, SplitSide>>> {
  const listOf = new Map<string, string>(), lists: Record<string, string[]> = {};
  for (const name of ["train", "val", "test"]) {
    const list = await readList(`splits/${name}.txt`);
    if (list) lists[name] = parseList(list.bytes, list.file, listOf);
  }
  const { train, val = [], test } = lists, groups = [...new Set(entries.map(({ group }) => group))].sort();
  const splits = new Map<string, Map<string, SplitSide>>();
  const add = (name: string, ids: readonly string[], isTest: (id: string) => boolean) =>
    splits.set(name, new Map(ids.map((id) => [id, isTest(id) ? "test" : "train"])));
  if (train && test) {
    const trained = new Set(train), isTest = (id: string) => !trained.has(id);
    add("paper", [...train, ...val, ...test], isTest);
    add("official", [...train, ...test], isTest);
  }
  const tested = new Set(groups.filter((_, i) => i % 5 === 4));
  add("group", entries.map(({ id }) => id), (id) => tested.has(parseInterxName(id)!.group));
  return splits;
}

/** Read the clip names of a list, one a line. `listOf` holds where each name was read. */
function parseList(bytes: Uint8Array, file: string, listOf: Map<string, string>): string[] {
  return new TextDecoder().decode(bytes).split("\n").flatMap((line, i) => {
    const id = line.trim(), position = `line ${i + 1}`, where = `${position} of ${file}`;
    if (id === "") return [];
    const refuse = (why: string) => new DataError(`Cannot parse ${where}: ${why}`, file, position);
    if (!parseInterxName(id)) throw refuse(`expected a clip's name, got "${id.slice(0, 40)}"`);
    if (listOf.has(id)) throw refuse(`${id} is also in ${listOf.get(id)}`);
    listOf.set(id, where);
    return [id];
  });
}
