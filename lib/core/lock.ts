/** Lock a folder for one process. The lock is the system's lock on a file, so it ends with its process, even a killed one. The
 * file names the process, for the error message of the next one. */
import { IadnetError, UsageError } from "./errors.ts";
import { readTextUpTo } from "./read_file.ts";

/** Name of the lock file. */
export const LOCK_FILE = "lock";

/** How long to wait for a process that is about to end, such as one whose parent was killed. Milliseconds. */
export const LOCK_TIMEOUT = 15_000;

/** A held lock. */
export interface Lock extends Disposable {
  /** Release the lock. */
  release(): void;
}

/** Another process holds a lock. */
export class LockedError extends UsageError {}

/** Lock a folder.
 * @param folder Path of an existing folder. @param timeout Milliseconds to wait for another process to end.
 * @param onWait Called once with a message that names the other process.
 * @throws {LockedError} If another process holds the lock. @throws {IadnetError} If the lock file cannot be written. */
export async function lockFolder(
  folder: string,
  timeout = 0,
  onWait?: (message: string) => void,
): Promise<Lock> {
  const file = `${folder}/${LOCK_FILE}`, until = performance.now() + timeout;
  let told = false;
  for (;;) {
    const handle = await open(file);
    if (await handle.tryLock(true)) {
      if (await isStill(file, handle)) {
        await sign(handle);
        const release = () => {
          try {
            handle.close();
          } catch { /* already released */ }
        };
        return { release, [Symbol.dispose]: release };
      }
      handle.close(); // its last holder has just removed it
      continue;
    }
    handle.close();
    if (performance.now() > until) throw new LockedError(`Cannot use ${folder}: ${await holder(file)}`);
    if (!told) onWait?.(`Waiting ${timeout / 1000} s for ${folder}: ${await holder(file)}`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function open(file: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(file, { read: true, write: true, create: true });
  } catch (cause) {
    throw new IadnetError(`Cannot write ${file}: ${(cause as Error).message}`);
  }
}

/** Whether the path still names the open file. */
async function isStill(file: string, handle: Deno.FsFile): Promise<boolean> {
  const opened = await handle.stat();
  return await Deno.stat(file).then(({ ino, dev }) => ino === opened.ino && dev === opened.dev, () => false);
}

async function sign(handle: Deno.FsFile): Promise<void> {
  const started = new Date(performance.timeOrigin).toISOString();
  await handle.truncate(0);
  await handle.write(new TextEncoder().encode(`${JSON.stringify({ pid: Deno.pid, started })}\n`));
}

async function holder(file: string): Promise<string> {
  try {
    const { pid, started } = JSON.parse(await readTextUpTo(file, 1000));
    return `process ${Number(pid)}, started ${String(started)}, is using it`;
  } catch {
    return "another process is using it";
  }
}
