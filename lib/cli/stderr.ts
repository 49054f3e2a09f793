/**
 * Messages on standard error.
 *
 * @module
 */

/** Write text to standard error. A closed terminal or a full disk does not end the work: the text is then lost. */
export function writeError(text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch { /* nobody reads it */ }
}

/** Print a line on standard error, as `writeError`. */
export function printError(line: string): void {
  writeError(`${line}\n`);
}

/** Print a warning on standard error, as `writeError`. */
export function warn(message: string): void {
  printError(`Warning: ${message}`);
}
