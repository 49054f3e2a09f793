/** PKU-MMD: long sequences of a Kinect with labels of what happens when. A clip is the part of a sequence that has the label of an
 * action of two people. */
import { basename, dirname } from "node:path";
import { cannotRead } from "../../../core/errors.ts";
import { type ClipEntry, type RecordingSource, type SkippedClip, sortEntries } from "../../clip_source.ts";
import type { SourceOptions, SplitSide } from "../../clip_source.ts";
import { KINECT25 } from "../../skeletons.ts";
import { type Archive, openArchive } from "../archive.ts";
import { leaveOut, listLeftOut } from "../left_out.ts";
import { parsePkummdName, PKUMMD_CATEGORIES } from "./names.ts";
import { parseFrames, parseLabels, parseSplit, type PkummdLabel } from "./text.ts";

const FPS = 30;

/** How many folders deep files are looked for. */
const DEPTH = 4;

const PHASE_2 =
  "The action numbers of phase 2 are taken to be those of phase 1: nothing in the files says so";

/** Open PKU-MMD: files `<0002-L>.txt` with skeletons, and files of the same names in a folder whose name holds `label`. All three cameras
 * are read; a clip's group is its recording, so that they stay together. Splits: `cross-subject` and `cross-view`, from the data set's
 * lists.
 * @throws {DataError} If the path cannot be read, a label file is damaged, or two files have the same name. */
export async function openPkummd(path: string, options: SourceOptions = {}): Promise<RecordingSource> {
  const archive = await openArchive(path, DEPTH, options.onRead),
    { skeletons, labels, splits } = sortMembers(archive);
  const read = async (name: string) => new TextDecoder().decode(await archive.read(name));
  const entries: ClipEntry[] = [], parts = new Map<string, PkummdLabel>(), excluded: SkippedClip[] = [];
  let others = 0;
  for (const [sequence, name] of skeletons) {
    const labelled = labels.get(sequence);
    if (labelled === undefined) {
      excluded.push(leaveOut(archive.file(name), "it has no labels"));
      continue;
    }
    for (const [i, label] of parseLabels(await read(labelled), archive.file(labelled)).entries()) {
      const category = PKUMMD_CATEGORIES.get(label.action),
        id = `${sequence}/${String(i + 1).padStart(2, "0")}`;
      if (category === undefined) others++;
      else {
        entries.push({ id, category, group: parsePkummdName(sequence)!.group, files: [name] });
        parts.set(id, label);
      }
    }
  }
  for (const [sequence, name] of labels) {
    if (!skeletons.has(sequence)) excluded.push(leaveOut(archive.file(name), "it has no skeletons"));
  }
  if (others > 0) {
    excluded.push({ file: path, reason: `Left out ${others} clips of ${path}: of actions of one person` });
  }
  const used = [skeletons, labels, splits].flatMap((names) => [...names.values()]);
  const isPhase2 = entries.some(({ id }) => parsePkummdName(id.split("/")[0])!.phase === 2);
  return {
    format: "pkummd",
    entries: sortEntries(entries),
    excluded: [
      ...excluded,
      ...listLeftOut(archive, used, () => "its name is not one such as 0002-L.txt", true),
    ],
    ...(isPhase2 && { warnings: [PHASE_2] }),
    splits: await readSplits(splits, read, entries),
    fileOf: ({ files: [name] }) => archive.file(name),
    read: async ({ id, category, group, files: [name] }) => {
      const people = parseFrames(await read(name), archive.file(name), parts.get(id)!);
      return { id, category, group, fps: FPS, skeleton: KINECT25, up: "y", ...people };
    },
  };
}

/** Files by the sequence, or the split, that they hold. */
function sortMembers(archive: Archive): Record<"skeletons" | "labels" | "splits", Map<string, string>> {
  const found = { skeletons: new Map(), labels: new Map(), splits: new Map() };
  for (const name of archive.members) {
    const base = basename(name).replace(/\.txt$/i, "");
    const split = /^cross[-_](subject|view)(?:_v\d)?$/i.exec(base)?.[1].toLowerCase();
    const isSequence = /\.txt$/i.test(name) && parsePkummdName(base) !== undefined;
    if (split === undefined && !isSequence) continue;
    const kind = split ? found.splits : /label/i.test(dirname(name)) ? found.labels : found.skeletons;
    const key = split ? `cross-${split}` : base, known = kind.get(key);
    if (known !== undefined) throw cannotRead(archive.file(name), `${key} exists twice, first at ${known}`);
    kind.set(key, name);
  }
  return found;
}

async function readSplits(
  names: ReadonlyMap<string, string>,
  read: (name: string) => Promise<string>,
  entries: readonly ClipEntry[],
): Promise<RecordingSource["splits"]> {
  const splits = new Map<string, ReadonlyMap<string, SplitSide>>();
  for (const [split, name] of names) {
    const sides = parseSplit(await read(name));
    const known = entries.flatMap(({ id }): [string, SplitSide][] => {
      const side = sides.get(id.split("/")[0]);
      return side ? [[id, side]] : [];
    });
    splits.set(split, new Map(known));
  }
  return splits;
}
