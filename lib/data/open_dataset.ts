/**
 * Opening a data set with all its clips.
 *
 * @module
 */
import { readClips } from "./clip_source.ts";
import { categoriesOf, type Dataset, type OpenOptions } from "./dataset.ts";
import { DataHash } from "./formats/data_hash.ts";
import { findFormat, openClipSource } from "./formats/registry.ts";
import { foldsByGroup } from "./split.ts";

/** Size of all clips from which on a user is told about the cache, bytes. */
const LARGE = 2e9;

/** Open a data set, with all its clips in memory. `openClipSource` reads the clips of a large one as they are needed.
 *
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
  const { name, openAll } = findFormat(path, options.format);
  if (openAll) return await openAll(path);
  const hash = new DataHash();
  const source = await openClipSource(path, name, { ...options, onRead: hash.add });
  const skipped = [...source.excluded ?? []], warnings = [...source.warnings ?? []];
  const clips = await Array.fromAsync(readClips(source, path, options.lenient ? skipped : undefined));
  const bytes = clips.reduce((sum, { x, y }) => sum + x.byteLength + y.byteLength, 0);
  if (bytes > LARGE) {
    const size = `${(bytes / 1e9).toFixed(1)} GB`;
    warnings.push(`The clips take ${size} of memory: \`prepare\` writes a cache that takes far less`);
  }
  return {
    format: name,
    clips,
    folds: source.folds ? new Map(clips.map(({ id }) => [id, source.folds!.get(id)!])) : foldsByGroup(clips),
    skipped,
    hash: hash.digest(),
    categories: categoriesOf(clips),
    ...(source.splits.size > 0 && { splits: source.splits }),
    ...(warnings.length > 0 && { warnings }),
  };
}
