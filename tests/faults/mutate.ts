/** Damaged bytes for every reader: each must give a value or an error that names the file, within a second. */
import { PARSERS } from "../support/parsers.ts";
import type { Outcomes } from "../support/mutate.ts";
import { ended, type Figure, startDeno, type Trial } from "./kit.ts";

/** Damaged inputs of all readers together in a long run; of a data format, and of another reader, in a short one. */
const LONG = 1_000_000, SHORT = 20_000, OWN = 300;
/** Of either where coverage is measured, which makes everything slow. */
const COVERED = 200;
/** The part of a data format's inputs that a reader of this package's own files gets. */
const OWN_PART = 0.1;
/** The longest that one input may take, ms. */
const LIMIT = 1000;

/** Run the trial, two processes side by side. */
export async function mutate({ long, seed }: Trial): Promise<Figure> {
  const names = Object.keys(PARSERS);
  const partOf = (name: string) => PARSERS[name].own ? OWN_PART : PARSERS[name].share ?? 1;
  const parts = names.reduce((sum, name) => sum + partOf(name), 0);
  const most = Deno.env.has("DENO_COVERAGE_DIR") ? COVERED : Infinity;
  const countOf = (name: string) => {
    if (long) return Math.ceil(LONG / parts * partOf(name));
    return Math.min(PARSERS[name].own ? OWN : Math.ceil(SHORT * partOf(name)), most);
  };
  const counts = { values: 0, errors: 0 }, broken: string[] = [];
  let slowest = 0;
  const waiting = [...names].sort((a, b) => countOf(b) - countOf(a));
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const { code, out, err } = await ended(
        startDeno(["-A", "--no-check", "tests/faults/mutate_child.ts", name, `${countOf(name)}`, `${seed}`]),
      );
      if (code !== 0) {
        broken.push(`${name}: ${err.trim()}`);
        continue;
      }
      const last = out.trim().split("\n").at(-1)!; // HDF5 prints lines of its own before
      const { values, errors, slowest: longest }: Outcomes = JSON.parse(last);
      if (longest > LIMIT) broken.push(`${name}: one took ${longest.toFixed(0)} ms`);
      slowest = Math.max(slowest, longest);
      counts.values += values;
      counts.errors += errors;
    }
  };
  await Promise.all([work(), work()]);
  const inputs = counts.values + counts.errors;
  const line = `${inputs} damaged inputs of ${names.length} readers: ${counts.values} gave a value, ` +
    `${counts.errors} an error that names the file, the slowest took ` +
    `${slowest.toFixed(0)} ms; ${[`${broken.length} broken`, ...broken].join("\n")}`;
  return {
    trial: "mutate",
    held: broken.length === 0,
    line,
    numbers: { inputs, ...counts, broken: broken.length, slowest },
  };
}
