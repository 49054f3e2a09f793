/**
 * One process at a time in a folder. The lock is the system's own lock on a file, so it ends with its process, however that
 * ends: no stale lock is left behind. The file says which process holds it, for the message to the next.
 *
 * @module
 */
import { IadnetError, UsageError } from "./errors.ts";

/** Name of the lock's file. */
export const LOCK_FILE = "lock";

/** How long to wait for a process that is about to end, such as one whose parent was killed, milliseconds. */
export const PATIENCE = 15_000;

/** A held lock. */
export interface Lock extends Disposable {
  /** Let others in. */
  release(): void;
}

/** Take the lock of a folder.
 *
 * @param folder It must exist. @param patience Milliseconds to wait for another process to end.
 * @param onWait Hears who is waited for.
 * @throws {UsageError} If another process holds it; the message says which. @throws {IadnetError} If the file cannot be written.
 */
export async function lockFolder(
  folder: string,
  patience = 0,
  onWait?: (message: string) => void,
): Promise<Lock> {
  const file = `${folder}/${LOCK_FILE}`, until = performance.now() + patience;
  let told = false;
  for (;;) {
    const handle = await open(file);
    if (await handle.tryLock(true)) {
      if (await isStill(file, handle)) {
        await sign(handle);
        const release = () => {
          try {
            handle.close();
          } catch { /* it was released before */ }
        };
        return { release, [Symbol.dispose]: release };
      }
      handle.close(); // its last holder removed it in between
      continue;
    }
    handle.close();
    if (performance.now() > until) throw new UsageError(`Cannot use ${folder}: ${await holder(file)}`);
    if (!told) onWait?.(`Waiting ${patience / 1000} s for ${folder}: ${await holder(file)}`);
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

/** Whether the path still leads to the open file. */
async function isStill(file: string, handle: Deno.FsFile): Promise<boolean> {
  const own = await handle.stat();
  return await Deno.stat(file).then(({ ino, dev }) => ino === own.ino && dev === own.dev, () => false);
}

async function sign(handle: Deno.FsFile): Promise<void> {
  const started = new Date(performance.timeOrigin).toISOString();
  await handle.truncate(0);
  await handle.write(new TextEncoder().encode(`${JSON.stringify({ pid: Deno.pid, started })}\n`));
}

async function holder(file: string): Promise<string> {
  try {
    const { pid, started } = JSON.parse((await Deno.readTextFile(file)).slice(0, 1000));
    return `process ${Number(pid)}, started ${String(started)}, is at work on it`;
  } catch {
    return "another process is at work on it";
  }
}
