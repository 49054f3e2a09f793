/**
 * Messages on standard error.
 *
 * @module
 */

/** Print a message on standard error; that nobody reads it is no reason to end the work. */
export function complain(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch { /* a terminal that was closed, a full disk */ }
}
