// deno-lint-ignore-file no-console -- a command
/** Fault trials: `deno task faults [--long] [--json] [--seed N] [--detectors A;B] [name ...]`. Exits with 1 if a promise did not
 * hold. */
import { parseArgs } from "@std/cli/parse-args";
import { DETECTORS } from "./kit.ts";
import { TRIALS } from "./trials.ts";

const args = parseArgs(Deno.args, { string: ["seed", "detectors"], boolean: ["long", "json"] });
const names = args._.length > 0 ? args._.map(String) : Object.keys(TRIALS);
let held = true;
for (const name of names) {
  if (!Object.hasOwn(TRIALS, name)) {
    console.error(`Cannot run trial ${name}: known are ${Object.keys(TRIALS).join(", ")}`);
    Deno.exit(2);
  }
  const figure = await TRIALS[name]({
    long: args.long,
    seed: Number(args.seed ?? 0),
    detectors: args.detectors?.split(";") ?? DETECTORS,
  });
  held &&= figure.held;
  console.log(
    args.json ? JSON.stringify(figure) : `${figure.held ? "held" : "BROKEN"} ${name}: ${figure.line}`,
  );
}
Deno.exit(held ? 0 : 1);
