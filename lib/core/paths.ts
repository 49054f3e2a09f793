/**
 * Paths as text.
 *
 * @module
 */

/** The path without slashes at its end; `/` stays. */
export function withoutSlashes(path: string): string {
  return path.replace(/(?<=.)\/+$/, "");
}

/** The folder that a path's last name is in. */
export function folderOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "." : path.slice(0, at) || "/";
}
