// deno-lint-ignore-file no-console -- the command line is the one place that prints
/** The command line: verbs, errors and exit codes (0 = done, 1 = failed while running, 2 = wrong input or call). */
import { IadnetError, UsageError } from "../core/errors.ts";
import { whenParentEnds } from "../core/signals.ts";
import { VERSION } from "../core/version.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { helpOn, helpOnAll } from "./help.ts";
import { endProgress, startProgress } from "./progress.ts";
import { beQuiet, printError } from "./stderr.ts";
import { asksFor, didYouMean, parseOptions, type Start, type Verb, type VerbGroup } from "./verb.ts";
import { VERBS } from "./verbs.ts";

/** Exit code of a process whose launcher was killed. */
const LEFT = 137;

/** Run the command line and return the exit code.
 * @param start How the process was started; `launch.ts` sets it by `confined <process id> <folder or -->` before the verb. */
export async function main(args: readonly string[], start: Start = {}): Promise<number> {
  const [name = "help", ...rest] = args;
  if (name === "confined") {
    const [parent, folder, ...own] = rest;
    return await main(own, { parent: Number(parent), ...(folder !== "--" && { folder }) });
  }
  try {
    if (name === "worker") await (await import("../experiments/runner.ts")).serveCells();
    else if (asksFor("version", args)) console.log(VERSION);
    else if (["help", "-h", "--help"].includes(name)) console.log(await helpOnNames(rest));
    else if (asksFor("help", rest)) console.log(await helpOnCall(name, rest[0]));
    else await runVerb(name, rest, start);
    endProgress();
    return 0;
  } catch (error) {
    endProgress();
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
  const own = await loadVerb(name);
  const run = async (call: string, verb: Verb, words: readonly string[]) => {
    const options = parseOptions(call, words, verb.options);
    if (options.flag("quiet")) beQuiet();
    else if (!verb.isShort) startProgress();
    if (start.parent !== undefined && !verb.isKept) whenParentEnds(start.parent, () => Deno.exit(LEFT));
    await verb.run(options, start);
  };
  if (!("actions" in own)) return await run(name, own, args);
  const [action, ...rest] = args;
  await run(`${name} ${action}`, find(`${name} `, own.actions, action), rest);
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

/** Load a verb by name.
 * @throws {UsageError} If there is none. */
async function loadVerb(name: string): Promise<Verb | VerbGroup> {
  return await find("", VERBS, name)();
}

/** Help on some verbs; a list of all if none is named. */
async function helpOnNames(words: readonly string[]): Promise<string> {
  const names = words.filter((word) => !word.startsWith("-"));
  if (names.length === 0) return helpOnAll(DESCRIPTIONS);
  const [verb, action, ...more] = names;
  if (more.length === 0 && action && Object.hasOwn(VERBS, verb) && "actions" in await loadVerb(verb)) {
    return await helpOnCall(verb, action);
  }
  const texts = names.map(async (name) => helpOn(name, await loadVerb(name)));
  return (await Promise.all(texts)).join("\n\n");
}

/** Help on a verb, or on one action of it. */
async function helpOnCall(name: string, action = ""): Promise<string> {
  const own = await loadVerb(name);
  if (!("actions" in own) || !Object.hasOwn(own.actions, action)) return helpOn(name, own);
  return helpOn(`${name} ${action}`, own.actions[action]);
}

/** Whether an error comes from the operating system, such as a full disk or a missing permission. */
function isOfSystem(error: unknown): error is Error {
  return error instanceof Error &&
    ("code" in error || Object.values(Deno.errors).some((kind) => error instanceof kind));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
