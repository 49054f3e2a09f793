/** Programs that a confined process may start: scripts with fixed flags, in a folder that it may not write. It cannot widen its
 * permissions by them, whatever arguments it gives. */
import type { UploadPrograms } from "../report/upload.ts";

/** Program that starts a worker of a run. */
export function workerProgramIn(folder: string): string {
  return `${folder}/worker`;
}

/** Write the program of a worker.
 * @param command Command that starts it. @returns Its path. */
export async function writeWorkerProgram(folder: string, command: readonly string[]): Promise<string> {
  return await writeProgram(workerProgramIn(folder), command);
}

/** Programs of `serve`, which a process that works in the folder `files` may start. */
export function serveProgramsIn(folder: string): UploadPrograms {
  return { folder: `${folder}/files`, reader: [`${folder}/reader`], scorer: [`${folder}/scorer`] };
}

/** Write the programs of `serve`.
 * @param read Files and folders of the run and its data. @param library Folders of the npm packages. */
export async function writeServePrograms(
  folder: string,
  read: readonly string[],
  library: readonly string[],
): Promise<UploadPrograms> {
  const { uploadPrograms } = await import("../report/upload.ts"), programs = serveProgramsIn(folder);
  await Deno.mkdir(programs.folder);
  const { reader, scorer } = await uploadPrograms(programs.folder, read, library);
  await writeProgram(programs.reader[0], reader);
  await writeProgram(programs.scorer[0], scorer);
  return programs;
}

async function writeProgram(path: string, command: readonly string[]): Promise<string> {
  const words = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  await Deno.writeTextFile(path, `#!/bin/sh\nexec ${words.join(" ")}\n`, { mode: 0o500 });
  return path;
}
