/** Shows the progress of a verb on stderr from a thread of its own, so that it moves while the verb computes: a bar that is rewritten on a
 * terminal, elsewhere a line where nothing was printed for some seconds.
 * @typedef {{ stage: string, detail: string, fraction?: number, base: number, since: number }} State What is done: a stage, how much of
 * it, and how much and when it began.
 * @typedef {{ shared: Int32Array, width: number, state: State }} Message `width` is that of the terminal, 0 elsewhere. */

import { duration } from "./duration.js"; // its text stands before this one, see `progress.ts`

/** Milliseconds between two bars, before the first line, and between two lines. */
const BAR_EVERY = 100, FIRST_LINE = 1500, LINE_EVERY = 3500;

/** Places of the shared numbers: who writes, whether the end has come, how many lines the verb printed. */
const LOCK = 0, ENDED = 1, PRINTED = 2;

/** @type {Message | undefined} */
let now;
let last = "";

/** What is said in words.
 * @param {State} state */
function wordsOf({ stage, detail, fraction, base, since }) {
  const seconds = (Date.now() - since) / 1000, about = detail === "" ? "" : `: ${detail}`;
  if (fraction === undefined) return `${stage}${about} (${duration(seconds)})`;
  const known = fraction - base > 0.005 && seconds > 2;
  const left = known ? `, ${duration(seconds * (1 - fraction) / (fraction - base))} left` : "";
  return `${stage}, ${Math.floor(100 * fraction)} %${left}${about}`;
}

/** Write, unless the end has come.
 * @param {string} text @param {Int32Array} shared */
function write(text, shared) {
  while (Atomics.compareExchange(shared, LOCK, 0, 1) !== 0);
  try {
    if (Atomics.load(shared, ENDED) === 0) Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    /* nobody reads it */
  } finally {
    Atomics.store(shared, LOCK, 0);
  }
}

function drawBar() {
  if (!now) return;
  const { state, shared, width } = now, { fraction } = state, cells = 20;
  const full = Math.round(cells * (fraction ?? 0));
  const bar = fraction === undefined ? "" : `[${"#".repeat(full)}${"-".repeat(cells - full)}] `;
  const text = `${bar}${wordsOf(state)}`.slice(0, width - 1);
  const printed = Atomics.load(shared, PRINTED);
  if (`${printed}${text}` === last) return;
  last = `${printed}${text}`;
  write(`\r\x1b[K${text}`, shared);
}

function printLine() {
  if (!now) return;
  const { shared, state } = now, time = Atomics.load(shared, PRINTED), own = performance.now();
  if (time !== printed.count) [printed.count, printed.at] = [time, own];
  if (own - printed.at < LINE_EVERY) return;
  printed.at = own;
  write(`${wordsOf(state)}\n`, shared);
}

/** Lines that the verb itself printed: how many, and when the last came, as far as this thread has seen. */
const printed = { count: 0, at: performance.now() + FIRST_LINE - LINE_EVERY };

globalThis.onmessage = ({ data }) => {
  const isFirst = now === undefined;
  now = data;
  if (!isFirst) return;
  if (data.width > 0) setInterval(drawBar, BAR_EVERY);
  else setInterval(printLine, LINE_EVERY / 20);
};
