/** Messages and progress on stderr. */
import type { FitProgress } from "../training/history.ts";

/** Write text to stderr. If that fails, as with a closed terminal or a full disk, the text is lost and the work continues. */
function writeError(text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch { /* the text is lost */ }
}

/** Print a line on stderr. */
export function printError(line: string): void {
  writeError(`${line}\n`);
}

let isQuiet = false;

/** Print no notes and no progress from now on. */
export function beQuiet(): void {
  isQuiet = true;
}

/** Print a note on stderr: what is good to know, unless the user wants quiet. */
export function note(line: string): void {
  if (!isQuiet) printError(line);
}

/** Print a warning on stderr. */
export function warn(message: string): void {
  printError(`Warning: ${message}`);
}

/** Moves to the start of the terminal's line and clears it. */
const CLEAR = "\r\x1b[K";

/** Progress of several cells: one line that is rewritten on a terminal, plain lines elsewhere. */
export class Progress {
  #finished = 0;
  #started = performance.now();
  #shown = 0;
  readonly #terminal = Deno.stderr.isTerminal();

  /** @param cells Number of cells. */
  constructor(readonly cells: number) {}

  /** Show a step: only on a terminal, at most ten times per second. */
  update(title: string, { step, steps, loss, featureStd }: FitProgress): void {
    const now = performance.now();
    if (isQuiet || !this.#terminal || (now - this.#shown < 100 && step < steps)) return;
    this.#shown = now;
    const stdText = featureStd === undefined ? "" : `, feature std ${featureStd.toPrecision(3)}`;
    writeError(`${CLEAR}${title}: step ${step} of ${steps}, NLL ${loss.toFixed(2)}${stdText}`);
  }

  /** Print that a cell is done. */
  done(title: string, result: string): void {
    this.#finished++;
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1);
    const clear = this.#terminal ? CLEAR : "";
    note(`${clear}${this.#finished} of ${this.cells}: ${title}: ${result} (${seconds} s)`);
  }
}
