/**
 * The files and folders that a data set is read from: its own path is not all.
 *
 * @module
 */
import type { OpenOptions } from "./dataset.ts";

/** The files and folders that opening a data set reads, its own path first. Those that are beside it need not be there. */
export function inputsOf(path: string, { format, restSkeleton }: OpenOptions): string[] {
  const above = folderOf(path.replace(/(?<=.)\/+$/, "")); // where Inter-X keeps its lists beside the joints
  return [
    path,
    ...(restSkeleton === undefined ? [] : [restSkeleton]),
    ...(format === "interx" ? [`${above}/annots`, `${above}/splits`] : []),
  ];
}

/** The folder that a path's last name is in. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at) || "/";
}
