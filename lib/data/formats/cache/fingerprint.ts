/** Fingerprint of a data set: shows whether it has changed, without reading it. */
import { DataError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/files.ts";
import type { OpenOptions } from "../../dataset.ts";

/** SHA-256 over the names, sizes and times of all files that a data set may be read from. Links are followed; a broken one, and one
 * to a folder that it lies in, counts by its name. Generated clips have no files: their fingerprint is that of the seed.
 * @param inputs The files and folders, as `inputsOf` gives them.
 * @throws {DataError} If the data set or the file of `restSkeleton` does not exist, or a file or folder cannot be inspected. */
export async function fingerprintOf(
  path: string,
  options: OpenOptions,
  inputs: readonly string[],
): Promise<string> {
  if (inputs.length === 0) return sha256(path);
  const lines: string[] = [];
  const visit = async (at: string, name: string, within: readonly string[]): Promise<void> => {
    const info = await look(at);
    if (!info) return void lines.push(`${name}\0nowhere`);
    if (!info.isDirectory) return void lines.push(`${name}\0${info.size}\0${info.mtime?.getTime()}`);
    const own = `${info.dev}:${info.ino}`;
    if (within.includes(own)) return void lines.push(`${name}\0loop`);
    for (const entry of await list(at)) await visit(`${at}/${entry}`, `${name}/${entry}`, [...within, own]);
  };
  for (const [i, input] of inputs.entries()) {
    const needed = input === path || input === options.restSkeleton;
    if (needed && !await look(input)) {
      throw new DataError(`Cannot open ${input}: expected a folder or file, found nothing`, input);
    }
    await visit(input, String(i), []);
  }
  return sha256(lines.sort().join("\n"));
}

/** Information about a path, links followed; undefined if nothing is there, or a broken link. */
async function look(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (cause) {
    const { NotFound, NotADirectory, FilesystemLoop } = Deno.errors;
    if ([NotFound, NotADirectory, FilesystemLoop].some((kind) => cause instanceof kind)) return undefined;
    throw new DataError(`Cannot open ${path}: ${(cause as Error).message}`, path);
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  } catch (cause) {
    throw new DataError(`Cannot open ${folder}: ${(cause as Error).message}`, folder);
  }
}
