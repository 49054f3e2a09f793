/**
 * The formats that are read as sources of clips: one line each.
 *
 * @module
 */
import { DataError, UsageError } from "../../core/errors.ts";
import { describeFolder } from "./folder.ts";
import { INTERX_LAYOUT, openInterx } from "./interx/source.ts";
import { NTU_LAYOUT, NTU_SMPLX_LAYOUT, openNtu } from "./ntu/source.ts";
import { openOwn, OWN_LAYOUT } from "./custom.ts";
import { SBU_LAYOUT } from "./sbu/clip.ts";
import { openSbu } from "./sbu/source.ts";
import type { ClipSource, SourceOptions } from "../source.ts";

/** A format: how to open it, and what its folder looks like. */
export interface Format {
  /** Open the folder or zip file at `path`. */
  readonly open: (path: string, options: SourceOptions) => Promise<ClipSource>;
  /** What is expected at the path, for messages: "expected <layout>, found ...". */
  readonly layout: string;
}

const formats: Readonly<Record<string, Format>> = {
  interx: { open: openInterx, layout: INTERX_LAYOUT },
  ntu120: { open: openNtu, layout: NTU_LAYOUT },
  "ntu120-smplx": {
    // The library for HDF5 has four megabytes: it is loaded only when it is needed.
    open: async (path, options) => (await import("./ntu/smplx_source.ts")).openNtuSmplx(path, options),
    layout: NTU_SMPLX_LAYOUT,
  },
  sbu: { open: openSbu, layout: SBU_LAYOUT },
  own: { open: openOwn, layout: OWN_LAYOUT },
};

/** Names of the formats that `openSource` opens. */
export const SOURCE_FORMATS: readonly string[] = Object.keys(formats);

/** Open a source of clips without reading any joints.
 *
 * @param path The folder or file. @param format One of `SOURCE_FORMATS`.
 * @throws {DataError} If the path is missing, has another layout, or holds no clip.
 * @throws {UsageError} If the format is unknown, or an option is out of range.
 * @example
 * ```ts
 * import { generateDataset, getSkeleton, openSource, writeInterx } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const root = await Deno.makeTempDir();
 * await writeInterx(
 *   root,
 *   generateDataset({
 *     seed: 0,
 *     clipsPerCategory: 2,
 *     categories: ["hug"],
 *     skeleton: getSkeleton("interx64"),
 *     fps: 120,
 *   }),
 * );
 * const source = await openSource(root, "interx");
 * assertEquals(source.entries.map((entry) => entry.id), ["G001T000A000R000", "G002T000A000R000"]);
 * assertEquals((await source.read(source.entries[0])).fps, 120);
 * ```
 */
export async function openSource(
  path: string,
  format: string,
  options: SourceOptions = {},
): Promise<ClipSource> {
  if (!SOURCE_FORMATS.includes(format)) {
    throw new UsageError(
      `Cannot open ${path}: unknown format ${format}, known are ${SOURCE_FORMATS.join(", ")}`,
    );
  }
  const { open, layout } = formats[format];
  const source = await open(path, options);
  if (source.entries.length === 0) {
    const left = source.excluded?.length ?? 0;
    const found = left > 0 ? `${left} that are left out` : await describe(path);
    throw new DataError(`Cannot read ${path} as ${format}: expected ${layout}, found ${found}`, path);
  }
  return source;
}

/** What stands at a path that has no clip of the format. */
async function describe(path: string): Promise<string> {
  return (await Deno.stat(path)).isFile ? "a file without them" : await describeFolder(path);
}
