/**
 * The fingerprint of a data set: tells without reading it whether it has changed.
 *
 * @module
 */
import { DataError } from "../../../core/errors.ts";
import { sha256 } from "../../../core/files.ts";
import type { OpenOptions } from "../../dataset.ts";
import { inputsOf } from "../../inputs.ts";

/** SHA-256 over the names, sizes and times of all files that a data set may be read from: those of its folder, and what is read
 * beside it. Links are followed; one that leads nowhere, or to a folder that it lies in, counts by its name. Generated clips
 * have no files: there it is that of the seed.
 *
 * @throws {DataError} If the data set, or the file of `restSkeleton`, is not there, or one of its files or folders cannot be
 * looked at.
 */
export async function fingerprintOf(path: string, options: OpenOptions): Promise<string> {
  if (options.format === "synthetic") return sha256(path);
  const lines: string[] = [];
  const visit = async (at: string, name: string, within: readonly string[]): Promise<void> => {
    const info = await look(at);
    if (!info) return void lines.push(`${name}\0nowhere`);
    if (!info.isDirectory) return void lines.push(`${name}\0${info.size}\0${info.mtime?.getTime()}`);
    const own = `${info.dev}:${info.ino}`;
    if (within.includes(own)) return void lines.push(`${name}\0loop`);
    for (const entry of await list(at)) await visit(`${at}/${entry}`, `${name}/${entry}`, [...within, own]);
  };
  for (const [i, input] of inputsOf(path, options).entries()) {
    const needed = input === path || input === options.restSkeleton;
    if (needed && !await look(input)) {
      throw new DataError(`Cannot open ${input}: expected a folder or file, found nothing`, input);
    }
    await visit(input, String(i), []);
  }
  return sha256(lines.sort().join("\n"));
}

/** What is at a path, links followed; nothing if there is nothing, or a link that leads nowhere. */
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
