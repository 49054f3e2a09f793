/**
 * Stand-in for `@std/cli/parse-args`, for machines that cannot reach the registry of that package: the options that this
 * project uses, with the true meaning. What is published depends on the true package.
 *
 * @module
 */
import { parseArgs as nodeParseArgs } from "node:util";

/** The options of `parseArgs` that are supported here. Short options are single letters, without an attached value. */
export interface ParseOptions<
  B extends string = string,
  S extends string = string,
  C extends string = string,
> {
  /** Options that are true when present, and false when absent. */
  boolean?: B | readonly B[];
  /** Options that take a value; numbers stay strings. Name `_` to keep positional numbers strings, too. */
  string?: S | readonly S[];
  /** Values of options that are absent. */
  default?: Record<string, unknown>;
  /** Other names of an option; the result has all of them. */
  alias?: Record<string, string | readonly string[]>;
  /** Options that may be repeated: their values as a list, empty when absent. */
  collect?: C | readonly C[];
  /** Options that `--no-<name>` sets to false. */
  negatable?: string | readonly string[];
  /** Called for each option that is not declared, and for each positional argument; false leaves it out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The result of `parseArgs`: declared options by name, and in `_` the positional arguments (those that look like
 * numbers are numbers). */
export type Args<B extends string = never, S extends string = never, C extends string = never> =
  & { [name in B]: boolean }
  & { [name in Exclude<S, C>]?: string }
  & { [name in Extract<S, C>]: string[] }
  & { [name: string]: unknown; _: Array<string | number> };

/** Parse command-line arguments: options by name, the rest in `_`. */
export function parseArgs<B extends string = never, S extends string = never, C extends string = never>(
  args: string[],
  options: ParseOptions<B, S, C> = {},
): Args<B, S, C> {
  const aliases = aliasTable(options.alias ?? {});
  const names = (given?: string | readonly string[]) =>
    new Set([given ?? []].flat().flatMap((name) => [name, ...(aliases.get(name) ?? [])]));
  const [booleans, strings] = [names(options.boolean), names(options.string)];
  const [collected, negatable] = [names(options.collect), names(options.negatable)];
  const parsed: { [name: string]: unknown; _: Array<string | number> } = { _: [] };
  const toValue = (text: string, isString: boolean) => isString || !isNumber(text) ? text : Number(text);
  const set = (key: string, raw: string | boolean, arg: string, collect = true) => {
    const known = booleans.has(key) || strings.has(key) || aliases.has(key);
    if (!known && options.unknown?.(arg, key, raw) === false) return;
    const value = typeof raw === "string" ? toValue(raw, strings.has(key)) : raw;
    for (const name of [key, ...(aliases.get(key) ?? [])]) {
      parsed[name] = collect && collected.has(key) ? [...(parsed[name] as unknown[] ?? []), value] : value;
    }
  };

  // Only the tokens of node:util are used: with nothing declared, a value is inline (`--a=b`) or the next token.
  const { tokens } = nodeParseArgs({ args, strict: false, allowPositionals: true, tokens: true });
  let literal = false; // after `--`
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token.kind === "option-terminator") literal = true;
    else if (token.kind === "positional") {
      if (literal) parsed._.push(token.value);
      else if (options.unknown?.(token.value) !== false) {
        parsed._.push(toValue(token.value, strings.has("_")));
      }
    } else {
      const { name, value, index } = token, arg = args[index], next = tokens[i + 1];
      const bare = arg.startsWith("--") && name.startsWith("no-") ? name.slice(3) : "";
      const follower = next?.kind === "positional" ? next.value : undefined;
      if (value) set(name, booleans.has(name) ? value !== "false" : value, arg);
      else if (negatable.has(bare)) set(bare, false, arg, false);
      else if (follower && (!booleans.has(name) || follower === "true" || follower === "false")) {
        set(name, booleans.has(name) ? follower !== "false" : follower, arg);
        i++;
      } else set(name, strings.has(name) ? "" : true, arg);
    }
  }

  for (const [key, value] of Object.entries(options.default ?? {})) {
    if (Object.hasOwn(parsed, key)) continue;
    for (const name of [key, ...(aliases.get(key) ?? [])]) parsed[name] = value;
  }
  for (const name of booleans) {
    if (!Object.hasOwn(parsed, name)) {
      parsed[name] = collected.has(name) ? [] : false;
    }
  }
  for (const name of strings) if (!Object.hasOwn(parsed, name) && collected.has(name)) parsed[name] = [];
  return parsed as Args<B, S, C>;
}

/** Each name of an option with the option's other names. */
function aliasTable(alias: Record<string, string | readonly string[]>): Map<string, string[]> {
  const groups = Object.entries(alias).map(([name, others]) => [name, ...[others].flat()]);
  return new Map(
    groups.flatMap((group) => group.map((name) => [name, group.filter((other) => other !== name)])),
  );
}

function isNumber(text: string): boolean {
  return /^0x[0-9a-f]+$/i.test(text) || /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/.test(text);
}
