/** Texts of help: all verbs in a line each, or one verb with its options. */
import { allFlags, type Verb, type VerbGroup } from "./verb.ts";

/** One line for each verb.
 * @param descriptions Description of each verb, by its name. */
export function helpOnAll(descriptions: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(descriptions).map((name) => name.length));
  const lines = Object.entries(descriptions).map(([name, description]) =>
    `  deno task ${name.padEnd(width)}  ${description}`
  );
  const more = "deno task help <verb>, or deno task <verb> -h, lists the options of a verb with an example.";
  return ["Verbs:", ...lines, "", more].join("\n");
}

/** Help on a verb: how to call it, what it does, its options, and an example; of a group, that of each action. */
export function helpOn(name: string, own: Verb | VerbGroup): string {
  if (!("actions" in own)) return helpOnVerb(name, own);
  const actions = Object.entries(own.actions).map(([action, verb]) => helpOnVerb(`${name} ${action}`, verb));
  const head = `deno task ${name} <${Object.keys(own.actions).join("|")}>\n${own.description}`;
  return [head, ...actions].join("\n\n");
}

function helpOnVerb(name: string, { description, example, options }: Verb): string {
  const { operands, values, required = {} } = options, flags = allFlags(options);
  const always = Object.keys(required).filter((name) => required[name].length === 0);
  const words = [name, ...always.map((name) => `--${name} <${name}>`), ...operands ? [operands.name] : []];
  const width = Math.max(...[...Object.keys(values), ...Object.keys(flags)].map((name) => name.length));
  const line = ([name, text]: [string, string]) =>
    `  --${name.padEnd(width)}  ${text}${markOf(required[name])}`;
  return [
    `deno task ${words.join(" ")} [options]`,
    description,
    "Options:",
    ...Object.entries({ ...values, ...flags }).map(line),
    "Example:",
    `  deno task ${name} ${example}`.trimEnd(),
  ].join("\n");
}

/** A mark behind the description of an option that must be given.
 * @param unless Options that take its place; undefined if it need not be given. */
function markOf(unless: readonly string[] | undefined): string {
  if (!unless) return "";
  return unless.length === 0
    ? " [required]"
    : ` [required without ${unless.map((name) => `--${name}`).join(" or ")}]`;
}
