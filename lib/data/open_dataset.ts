/** Opening a data set: with all its clips, or clip by clip. */
import { sha256 } from "../core/files.ts";
import { checkOptions } from "../core/options.ts";
import {
  findDuplicates,
  warnOfAlikeCategories,
  warnOfBodySizes,
  warnOfDuplicates,
  warnOfLoneCategories,
} from "./checks.ts";
import type { Clip } from "./clip.ts";
import { readClips } from "./clip_source.ts";
import { categoriesOf, type Dataset, type OpenOptions, showingDataset } from "./dataset.ts";
import { findFormat, openClipSource } from "./formats/registry.ts";
import { foldsByGroup } from "./split.ts";
import type { Unit } from "./units.ts";
import { unifyRates } from "./transforms/rate.ts";
import { ByWindow, checkWindows, WindowCutter, windowName, type WindowOptions } from "./windowed.ts";

/** Size of all clips from which on a user is told about the cache, bytes. */
const LARGE = 2e9;

/** Names of the options of `openDataset`. */
const OPTIONS = [
  "format",
  "lenient",
  "missing",
  "longestGap",
  "every",
  "actorFirst",
  "camera",
  "restSkeleton",
  "description",
  "units",
  "window",
  "stride",
];

/** Open a data set, with all its clips in memory. `openClipSource` reads the clips of a large one as they are needed.
 * @param path The folder or file; for the format `synthetic`, the seed as text ("0").
 * @throws {DataError} If the path does not exist or has another layout, or (unless lenient) a clip cannot be read.
 * @throws {UsageError} If the format is unknown, or an option is out of range.
 * @example
 * ```ts
 * import { openDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const dataset = await openDataset("0", { format: "synthetic" });
 * assertEquals(dataset.folds.size, dataset.clips.length);
 * ```
 */
export async function openDataset(path: string, options: OpenOptions): Promise<Dataset> {
  checkOptions(`open ${path}`, options, OPTIONS);
  checkWindows(options);
  const { name, openAll } = findFormat(path, options.format);
  if (openAll) return showingDataset(await openAll(path));
  const opened = await openLazily(path, options), { hash, splits, folds, warnings = [], skipped } = opened;
  const { clips, warning } = unifyRates(await Array.fromAsync(opened.clips)), cut = windowName(options);
  const own = [
    warning,
    warnOfLoneCategories(clips),
    warnOfAlikeCategories(clips),
    opened.unit && warnOfBodySizes(clips),
    warnOfDuplicates(findDuplicates(clips)),
  ];
  const told = [...warnings, ...own.filter((sentence) => sentence !== undefined)];
  const bytes = clips.reduce((sum, { x, y }) => sum + x.byteLength + y.byteLength, 0);
  if (bytes > LARGE) {
    const size = `${(bytes / 1e9).toFixed(1)} GB`;
    told.push(`The clips take ${size} of memory: \`prepare\` writes a cache that takes far less`);
  }
  return showingDataset({
    format: name,
    clips,
    folds: folds ? new Map(clips.map(({ id }) => [id, folds.get(id)!])) : foldsByGroup(clips),
    skipped,
    hash: hash(),
    categories: categoriesOf(clips),
    ...(splits?.size && { splits }),
    ...(told.length > 0 && { warnings: told }),
    ...(cut && { treatments: [cut] }),
  });
}

/** A data set that is read clip by clip. */
interface LazyDataset extends Pick<Dataset, "format" | "splits" | "warnings"> {
  /** As `ClipSource.unit`. */
  readonly unit?: Unit;
  /** The clips, read as they are asked for if the format can. */
  readonly clips: AsyncIterable<Clip> | Iterable<Clip>;
  /** Fold of each clip id, where the data set publishes folds. */
  readonly folds?: Dataset["folds"];
  /** Complete after the last clip. */
  readonly skipped: Dataset["skipped"];
  /** `Dataset.hash`, after the last clip. */
  hash(): string;
}

/** Open a data set with few clips in memory at once, if its format can.
 * @throws {DataError} and {UsageError} as `openDataset`; for a clip that cannot be read, when it is its turn. */
export async function openLazily(path: string, options: OpenOptions): Promise<LazyDataset> {
  const { name, openAll } = findFormat(path, options.format);
  if (openAll) {
    const dataset = await openAll(path);
    return { ...dataset, format: name, hash: () => dataset.hash };
  }
  const hash = new DataHash(), source = await openClipSource(path, name, { ...options, onRead: hash.add });
  const skipped = [...source.excluded ?? []];
  const leftOut = options.lenient ? "faulty" : options.missing === "drop-clip" ? "missing" : "none";
  const clips = readClips(source, path, skipped, leftOut),
    lazy = { ...source, skipped, hash: () => hash.digest() };
  const { window, stride } = options;
  return window === undefined ? { ...lazy, clips } : cutLazily(lazy, clips, { window, stride });
}

/** A data set whose recordings are cut into windows as they are read. */
function cutLazily(
  source: Omit<LazyDataset, "clips">,
  recordings: AsyncIterable<Clip>,
  options: WindowOptions & { readonly window: number },
): LazyDataset {
  const cutter = new WindowCutter(options), warnings: string[] = [];
  const splits = new Map([...source.splits ?? []].map(([name, sides]) => [name, new ByWindow(sides)]));
  const folds = source.folds && new ByWindow(source.folds);
  async function* clips() {
    for await (const recording of recordings) {
      const windows = cutter.cut(recording);
      for (const map of splits.values()) map.add(recording.id, windows);
      folds?.add(recording.id, windows);
      yield* windows;
    }
    warnings.push(...source.warnings ?? [], ...cutter.warning ? [cutter.warning] : []); // complete only now
  }
  return { ...source, splits, ...(folds && { folds }), warnings, clips: clips() };
}

/** SHA-256 over the names and contents of files. Files that are read at the same time come in any order, so each has its own
 * checksum, and the hash is over the checksums in the order of the names. */
export class DataHash {
  readonly #sums = new Map<string, string>();

  /** Add a file, as `SourceOptions.onRead`. */
  readonly add = (name: string, content: Uint8Array): void => {
    this.#sums.set(name, sha256(content));
  };

  /** Hash of the files so far, in hexadecimal digits. */
  digest(): string {
    const names = [...this.#sums.keys()].sort();
    return sha256(names.map((name) => `${name}\0${this.#sums.get(name)}\0`).join(""));
  }
}
