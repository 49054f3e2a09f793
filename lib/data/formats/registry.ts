/** Formats of data sets, one entry each. A reader is loaded when its format is opened, so that this table costs nothing: the library
 * for HDF5 alone has four megabytes. */
import { dirname } from "node:path";
import { DataError, UsageError } from "../../core/errors.ts";
import { checkBodySize, checkCategory } from "../checks.ts";
import type { ClipSource, RecordingSource, SourceOptions } from "../clip_source.ts";
import type { Dataset, OpenOptions } from "../dataset.ts";
import { checkMissing, completeClip, type MissingOptions } from "../transforms/missing.ts";
import { previousOf } from "./cache/files.ts";
import { describeFolder, isFile } from "./folder.ts";
import { DESCRIPTION_FILE, inputsOfGiven, isRecording } from "./given_files.ts";

/** A format: `openClips` if its clips can be read one at a time, else `openAll`. */
export interface Format {
  /** What the format expects at the path, for messages. */
  readonly layout: string;
  /** Open the folder or file at the path, without reading joints. */
  readonly openClips?: (path: string, options: SourceOptions) => Promise<RecordingSource>;
  /** What happens to missing joints unless the options say otherwise. */
  readonly missing?: MissingOptions;
  /** Open the data set at the path, with all its clips. */
  readonly openAll?: (path: string) => Promise<Dataset>;
  /** Files and folders that are read, of which all but the first may be absent. The path alone if not given. */
  readonly inputs?: (path: string) => readonly string[];
}

/** In the published data sets that lack joints, gaps are usually filled in, whatever their length. */
const FILL_ALL: MissingOptions = { missing: "interpolate", longestGap: Infinity };

const formats: Readonly<Record<string, Format>> = {
  interx: {
    layout: "skeletons/<GgggTtttAaaaRrrr>/P1.npy and P2.npy, or skeletons.zip with them",
    openClips: async (path, options) => (await import("./interx/source.ts")).openInterx(path, options),
    missing: FILL_ALL,
    // The path may be the folder `skeletons`, which has its lists beside it.
    inputs: (path) => [
      path,
      `${dirname(path)}/annots`,
      `${dirname(path)}/splits`,
      ...(isRecording(path) ? inputsOfGiven(path, DESCRIPTION_FILE) : []),
    ],
  },
  ntu120: {
    layout: "SsssCcccPpppRrrrAaaa.skeleton of actions 50 to 60 or 106 to 120, or a .zip with them",
    openClips: async (path, options) => (await import("./ntu/source.ts")).openNtu(path, options),
    missing: FILL_ALL,
  },
  "ntu120-smplx": {
    layout: "an HDF5 file of arrays [T,56,6], named as NTU's clips",
    openClips: async (path, options) => (await import("./ntu/smplx_source.ts")).openNtuSmplx(path, options),
    missing: FILL_ALL,
  },
  sbu: {
    layout: "<pair>/<category 01 to 08>/<repetition>/skeleton_pos.txt",
    openClips: async (path, options) => (await import("./sbu/source.ts")).openSbu(path, options),
  },
  pkummd: {
    layout: "text files such as 0002-L.txt with skeletons, and in a folder `label` files of the same names",
    openClips: async (path, options) => (await import("./pkummd/source.ts")).openPkummd(path, options),
  },
  custom: {
    layout: "iadnet.json and the files that it describes",
    openClips: async (path, options) => (await import("./custom/source.ts")).openCustom(path, options),
  },
  synthetic: {
    layout: "a seed",
    openAll: async (seed) => (await import("../synthetic/mod.ts")).openSynthetic(seed),
    inputs: () => [],
  },
  cache: {
    layout: "a folder written by `prepare`",
    openAll: async (path) => (await import("./cache/open.ts")).openCache(path),
    inputs: (path) => [path, previousOf(path)],
  },
};

/** Names of all formats. */
export const FORMATS: readonly string[] = Object.keys(formats);

/** Names of the formats that `openClipSource` opens. */
export const SOURCE_FORMATS: readonly string[] = FORMATS.filter((name) => formats[name].openClips);

/** The format of that name. `own`, the earlier name of `custom`, is accepted.
 * @throws {UsageError} If no format, or none of `among`, has this name. */
export function findFormat(
  path: string,
  name: string,
  among: readonly string[] = FORMATS,
): Format & { readonly name: string } {
  const known = name === "own" ? "custom" : name;
  if (among.includes(known)) return { name: known, ...formats[known] };
  throw new UsageError(`Cannot open ${path}: unknown format ${name}, known are ${among.join(", ")}`);
}

/** Open a data set as a source of clips, without reading any joints.
 * @param path The folder or file. @param format One of `SOURCE_FORMATS`.
 * @throws {DataError} If the path does not exist, has another layout, or has no clip.
 * @throws {UsageError} If the format is unknown, or an option is out of range.
 * @example
 * ```ts
 * import { openClipSource } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const source = await openClipSource("data/sample", "custom");
 * assertEquals(source.entries.map(({ id }) => id), ["clip1", "clip2"]);
 * assertEquals((await source.read(source.entries[0])).fps, 10);
 * ```
 */
export async function openClipSource(
  path: string,
  format: string,
  options: SourceOptions = {},
): Promise<ClipSource> {
  const { name, layout, openClips, missing } = findFormat(path, format, SOURCE_FORMATS);
  const policy = policyOf(options, missing);
  const source = await openClips!(path, options);
  if (source.entries.length > 0) {
    return {
      ...source,
      read: async (entry) => {
        const file = source.fileOf?.(entry) ?? path;
        checkCategory(entry, file);
        const clip = completeClip(await source.read(entry), file, policy);
        if (source.unit) checkBodySize(clip, file, source.unit);
        return clip;
      },
    };
  }
  const [first, ...others] = source.excluded ?? [];
  const inside = await isFile(path) ? "a file without them" : await describeFolder(path);
  const more = others.length > 0 ? ` and ${others.length} more that are left out` : "";
  const found = first ? `${inside}. ${first.reason}${more}` : inside;
  throw new DataError(`Cannot read ${path} as ${name}: expected ${layout}, found ${found}`, path);
}

/** What the options say about missing joints, or the format.
 * @throws {UsageError} If they contradict each other. */
function policyOf({ missing, longestGap }: MissingOptions, preset: MissingOptions = {}): MissingOptions {
  const policy = missing === undefined ? { ...preset } : { missing };
  return checkMissing(longestGap === undefined ? policy : { ...policy, longestGap });
}

/** Files and folders that opening a data set reads, its own path first; none for generated clips. Those outside the path may be
 * absent. */
export function inputsOf(path: string, { format, restSkeleton }: OpenOptions): string[] {
  const { inputs = (path: string) => isRecording(path) ? inputsOfGiven(path, DESCRIPTION_FILE) : [path] } =
    Object.hasOwn(formats, format) ? formats[format] : {};
  return [...inputs(path), ...(restSkeleton === undefined ? [] : [restSkeleton])];
}
