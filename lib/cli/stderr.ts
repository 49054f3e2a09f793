/** Messages on stderr. */
import { printable } from "./printable.ts";

let isQuiet = false;

/** Print no notes from now on. */
export function beQuiet(): void {
  isQuiet = true;
}

let around = (write: () => void) => write();

/** Call something around each message: what clears the terminal's line before it.
 * @param wrap Undefined for nothing. */
export function onWriting(wrap: ((write: () => void) => void) | undefined): void {
  around = wrap ?? ((write) => write());
}

/** Print a line on stderr, as `printable` text. If that fails, as with a closed terminal or a full disk, the line is lost and the work continues. */
export function printError(line: string): void {
  const bytes = new TextEncoder().encode(`${printable(line)}\n`);
  try {
    around(() => {
      for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
    });
  } catch { /* the line is lost */ }
}

/** Print a note on stderr: what is good to know, unless the user wants quiet. */
export function note(line: string): void {
  if (!isQuiet) printError(line);
}

/** Print a warning on stderr. */
export function warn(message: string): void {
  printError(`Warning: ${message}`);
}
