/** Folders that strangers may have made: what in them would lead a write elsewhere. */
import { DataError } from "./errors.ts";

/** Check that there is a folder, no link, which holds nothing but files and folders, or nothing at all.
 * @throws {DataError} As `refuseLinksIn`. */
export async function refuseLinks(folder: string): Promise<void> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(folder);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return;
    throw new DataError(`Cannot use ${folder}: ${(cause as Error).message}`, folder);
  }
  check(folder, info);
  if (info.isDirectory) await refuseLinksIn(folder);
}

/** Check that a folder holds nothing but files and folders, at any depth. What is written into it then stays in it: a link would lead
 * elsewhere, and a pipe or device would block.
 * @param folder Path of a folder, or of a link to one that the user named; it may be absent.
 * @throws {DataError} Naming the first link, pipe, device or socket, or a folder that cannot be listed. */
export async function refuseLinksIn(folder: string): Promise<void> {
  for await (const entry of list(folder)) {
    const path = `${folder}/${entry.name}`;
    check(path, entry);
    if (entry.isDirectory) await refuseLinksIn(path);
  }
}

async function* list(folder: string): AsyncGenerator<Deno.DirEntry> {
  try {
    yield* Deno.readDir(folder);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return; // another process has just removed it
    throw new DataError(`Cannot use ${folder}: ${(cause as Error).message}`, folder);
  }
}

type Kind = Pick<Deno.DirEntry, "isFile" | "isDirectory" | "isSymlink">;

function check(path: string, { isFile, isDirectory, isSymlink }: Kind): void {
  if (isFile || isDirectory) return;
  const what = isSymlink ? "a link, which leads elsewhere" : "a device, a pipe or a socket";
  throw new DataError(`Cannot use ${path}: expected a file or a folder, found ${what}`, path);
}
