/**
 * The files and folders that a data set is read from: its own path is not all.
 *
 * @module
 */
import { beforeOf } from "./formats/cache/files.ts";
import type { OpenOptions } from "./dataset.ts";
import { folderOf, withoutSlashes } from "../core/paths.ts";

/** The files and folders that opening a data set reads, its own path first. Those that are beside it need not be there. */
export function inputsOf(path: string, { format, restSkeleton }: OpenOptions): string[] {
  const above = folderOf(withoutSlashes(path)); // where Inter-X keeps its lists beside the joints
  return [
    path,
    ...(restSkeleton === undefined ? [] : [restSkeleton]),
    ...(format === "interx" ? [`${above}/annots`, `${above}/splits`] : []),
    ...(format === "cache" ? [beforeOf(path)] : []),
  ];
}
