/** Progress of the verb that runs: its stage, how much of it is done, and how long the rest takes. Shown by a thread, see `ticker.js`. */
import duration from "./duration.js" with { type: "text" };
import ticker from "./ticker.js" with { type: "text" };
import { printable } from "./printable.ts";
import { onWriting } from "./stderr.ts";

/** Milliseconds between two messages to the thread. */
const TELL_EVERY = 50;

/** Places of the shared numbers, as in `ticker.js`. */
const LOCK = 0, ENDED = 1, PRINTED = 2;

/** Moves to the start of the terminal's line and clears it. */
const CLEAR = new TextEncoder().encode("\r\x1b[K");

/** What the thread runs. */
const PROGRAM = `${duration}\n${ticker.replace(/^import .*$/m, "")}`;

let thread: Worker | undefined;
const shared = new Int32Array(new SharedArrayBuffer(12));
let state = { stage: "Working", detail: "", base: 0, since: Date.now() } as {
  readonly stage: string;
  readonly detail: string;
  readonly fraction?: number;
  readonly base: number;
  readonly since: number;
};
let told = 0;

/** Show progress from now on. */
export function startProgress(): void {
  if (thread) return;
  Atomics.store(shared, ENDED, 0);
  thread = new Worker(`data:text/javascript,${encodeURIComponent(PROGRAM)}`, { type: "module" });
  onWriting(aside);
  stage("Working");
}

/** Show no progress any more, and leave no trace of it on a terminal. */
export function endProgress(): void {
  aside(() => Atomics.store(shared, ENDED, 1));
  onWriting(undefined);
  thread?.terminate();
  thread = undefined;
}

/** Begin a stage.
 * @param name What is done, such as `Reading data`. @param base Fraction of it that is done already; undefined if that is not known. */
export function stage(name: string, base?: number): void {
  state = { stage: printable(name), detail: "", fraction: base, base: base ?? 0, since: Date.now() };
  tell();
  told = -Infinity; // what follows is told at once
}

/** Say how far the stage is.
 * @param fraction Fraction that is done. @param detail What is done now. */
export function advance(fraction: number, detail: string): void {
  state = { ...state, fraction: Math.min(1, Math.max(0, fraction)), detail: printable(detail) };
  if (performance.now() - told >= TELL_EVERY) tell();
}

/** Write something while no progress is on the terminal. */
export function aside(write: () => void): void {
  if (!thread) return write();
  while (Atomics.compareExchange(shared, LOCK, 0, 1) !== 0);
  try {
    clearLine();
    write();
    Atomics.add(shared, PRINTED, 1);
  } finally {
    Atomics.store(shared, LOCK, 0);
  }
}

function clearLine(): void {
  try {
    if (Deno.stderr.isTerminal()) Deno.stderr.writeSync(CLEAR);
  } catch { /* the terminal is closed */ }
}

function tell(): void {
  told = performance.now();
  thread?.postMessage({ shared, width: widthOfTerminal(), state });
}

/** Columns of the terminal; 0 if stderr is none. */
function widthOfTerminal(): number {
  if (!Deno.stderr.isTerminal()) return 0;
  try {
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
