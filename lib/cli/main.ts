// deno-lint-ignore-file no-console -- the command line is the one place that prints
/** The command line: verbs, errors and exit codes (0 = done, 1 = failed while running, 2 = wrong input or call). */
import { IadnetError, UsageError } from "../core/errors.ts";
import { serveCells } from "../experiments/runner.ts";
import { benchmark } from "./benchmark.ts";
import { compare } from "./compare.ts";
import { coordination } from "./coordination.ts";
import { doctor } from "./doctor.ts";
import { explain } from "./explain.ts";
import { exportModel } from "./export.ts";
import { few } from "./few.ts";
import { figures } from "./figures.ts";
import { inspect } from "./inspect.ts";
import { localize } from "./localize.ts";
import { prepare } from "./prepare.ts";
import { pretrain } from "./pretrain.ts";
import { report } from "./report.ts";
import { score } from "./score.ts";
import { serve } from "./serve.ts";
import { splice } from "./splice.ts";
import { printError } from "./stderr.ts";
import { demo, train } from "./train.ts";
import { variations } from "./variations.ts";
import { didYouMean, parseOptions, type Start, type Verb, type VerbGroup } from "./verb.ts";

/** Verbs by name, in the order of the help. */
const VERBS: Readonly<Record<string, Verb | VerbGroup>> = {
  demo,
  train,
  score,
  report,
  serve,
  figures,
  localize,
  explain,
  export: exportModel,
  inspect,
  prepare,
  pretrain,
  compare,
  coordination,
  variations,
  few,
  splice,
  benchmark,
  doctor,
};

/** Run the command line and return the exit code.
 * @param start How the process was started; `launch.ts` sets it by `confined <program>` before the verb. */
export async function main(args: readonly string[], start: Start = {}): Promise<number> {
  const [name = "help", ...rest] = args;
  if (name === "confined") return await main(rest.slice(1), { program: rest[0], supervised: true });
  try {
    if (name === "help") console.log(Object.keys(VERBS).map(helpOn).join("\n\n"));
    else if (name === "worker") await serveCells();
    else if (Object.hasOwn(VERBS, name) && rest.includes("--help")) console.log(helpOn(name));
    else await runVerb(name, rest, start);
    return 0;
  } catch (error) {
    if (isOfSystem(error)) {
      printError(`Cannot ${name}: ${error.message}`);
      return 1;
    }
    if (!(error instanceof IadnetError)) throw error;
    printError(`${error.name}: ${error.message}`);
    if ("install" in error && error.install) printError(String(error.install));
    return error.exitCode;
  }
}

async function runVerb(name: string, args: readonly string[], start: Start): Promise<void> {
  const own = find("", VERBS, name);
  if (!("actions" in own)) return await own.run(parseOptions(name, args, own.options), start);
  const [action, ...rest] = args, { options, run } = find(`${name} `, own.actions, action);
  await run(parseOptions(`${name} ${action}`, rest, options), start);
}

/** Find a verb or action by name.
 * @param prefix The command line before the name. @throws {UsageError} If there is none. */
function find<T>(prefix: string, known: Readonly<Record<string, T>>, name = ""): T {
  if (Object.hasOwn(known, name)) return known[name];
  const names = Object.keys(known), what = `${prefix}${name || "without an action"}`;
  throw new UsageError(
    `Cannot run ${what}${didYouMean(name, names) || `: expected one of ${names.join(", ")}`}`,
  );
}

/** Help on a verb: what it does, and its options. */
function helpOn(name: string): string {
  const own = VERBS[name];
  if (!("actions" in own)) return helpOnAction(name, own);
  const actions = Object.entries(own.actions).map(([action, verb]) =>
    helpOnAction(`${name} ${action}`, verb)
  );
  return [`deno task ${name}  ${own.description}`, ...actions].join("\n");
}

function helpOnAction(name: string, { description, options: { operands, values, flags } }: Verb): string {
  const all = Object.entries({ ...values, ...flags }), width = Math.max(...all.map(([name]) => name.length));
  const head = `deno task ${operands ? `${name} ${operands.name}` : name}  ${description}`;
  return [head, ...all.map(([name, text]) => `  --${name.padEnd(width)}  ${text}`)].join("\n");
}

/** Whether an error comes from the operating system, such as a full disk or a missing permission. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error &&
    ("code" in error || Object.values(Deno.errors).some((kind) => error instanceof kind));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
