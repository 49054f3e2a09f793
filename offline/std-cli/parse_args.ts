/**
 * Stand-in for `@std/cli/parse-args`, for machines that cannot reach the registry of that package: the options that this
 * project uses, with the true meaning. What is published depends on the true package.
 *
 * @module
 */
import { parseArgs as nodeParseArgs } from "node:util";

/** The options of `parseArgs` that are supported here. */
export interface ParseOptions<B extends string = string, S extends string = string> {
  /** Options that are true when present, and false when absent. */
  boolean?: B | readonly B[];
  /** Options that take a value; numbers stay strings. Name `_` to keep positional numbers strings, too. */
  string?: S | readonly S[];
  /** Values of options that are absent. */
  default?: Record<string, unknown>;
  /** Called for each option that is not declared, and for each positional argument; false leaves it out. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** The result of `parseArgs`: declared options by name, and in `_` the positional arguments (those that look like
 * numbers are numbers). */
export type Args<B extends string = never, S extends string = never> =
  & { [name in B]: boolean }
  & { [name in S]?: string }
  & { [name: string]: unknown; _: Array<string | number> };

/** Parse command-line arguments: options by name, the rest in `_`. */
export function parseArgs<B extends string = never, S extends string = never>(
  args: string[],
  options: ParseOptions<B, S> = {},
): Args<B, S> {
  const booleans = new Set<string>([options.boolean ?? []].flat()),
    strings = new Set<string>([options.string ?? []].flat());
  const parsed: { [name: string]: unknown; _: Array<string | number> } = { _: [] };
  const toValue = (text: string, isString: boolean) => isString || !isNumber(text) ? text : Number(text);
  const set = (key: string, raw: string | boolean, arg: string) => {
    const known = booleans.has(key) || strings.has(key);
    if (!known && options.unknown?.(arg, key, raw) === false) return;
    parsed[key] = typeof raw === "string" ? toValue(raw, strings.has(key)) : raw;
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
      const follower = next?.kind === "positional" ? next.value : undefined;
      if (value) set(name, booleans.has(name) ? value !== "false" : value, arg);
      else if (follower && (!booleans.has(name) || follower === "true" || follower === "false")) {
        set(name, booleans.has(name) ? follower !== "false" : follower, arg);
        i++;
      } else set(name, strings.has(name) ? "" : true, arg);
    }
  }
  for (const [key, value] of Object.entries(options.default ?? {})) {
    if (!Object.hasOwn(parsed, key)) parsed[key] = value;
  }
  for (const name of booleans) if (!Object.hasOwn(parsed, name)) parsed[name] = false;
  return parsed as Args<B, S>;
}

function isNumber(text: string): boolean {
  return /^0x[0-9a-f]+$/i.test(text) || /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/.test(text);
}
