/** Files and folders of a data set that are not read: what looks like data is named, the rest is nobody's loss. */
import type { SkippedClip } from "../clip_source.ts";
import type { Archive } from "./archive.ts";

/** How files end that hold recordings, or archives of them. */
const DATA =
  /\.(csv|tsv|parquet|feather|arrow|xlsx?|ods|npy|npz|mat|bvh|c3d|trc|fbx|skeleton|h5|hdf5|pkl|pickle|zip|7z|rar|tar|tgz)(\.(gz|bz2|xz|zst))?$/i;

/** Text files that explain other files. */
const NOTE = /(^|\/)(read.?me|licen[cs]e|copying|notice|changelog|citation)[^/]*$/i;

/** What was not read of an archive.
 * @param used Names of the members that are read.
 * @param reasonOf Why a member is not read.
 * @param text Whether the format's recordings end in `.txt`. */
export function listLeftOut(
  archive: Pick<Archive, "members" | "deeper" | "outside" | "file">,
  used: Iterable<string>,
  reasonOf: (name: string) => string,
  text = false,
): SkippedClip[] {
  const known = new Set(used), isText = (name: string) => text && /\.txt$/i.test(name) && !NOTE.test(name);
  const out = archive.members.filter((name) => !known.has(name) && (DATA.test(name) || isText(name)))
    .map((name) => leaveOut(archive.file(name), reasonOf(name)));
  for (const file of archive.outside) {
    if (DATA.test(file)) out.push(leaveOut(file, "it stands beside the data set's folder"));
  }
  const [first, ...others] = archive.deeper;
  if (first === undefined) return out;
  const more = others.length > 0 ? ` and ${others.length} more folders` : "";
  return [...out, leaveOut(`${archive.file(first)}${more}`, "too many folders deep", archive.file(first))];
}

/** A file that is left out. @param what What to call it, if not by its path. */
export function leaveOut(what: string, why: string, file = what): SkippedClip {
  return { file, reason: `Left out ${what}: ${why}` };
}
