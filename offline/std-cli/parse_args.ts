/**
 * Stand-in for `@std/cli/parse-args`: the options that this project uses, with the true meaning.
 *
 * @module
 */
import { parseArgs as nodeParseArgs } from "node:util";

/** The options of `parseArgs` that are supported here. */
export interface ParseOptions {
  /** Options that are true when present. */
  boolean?: readonly string[];
  /** Options that take a value. */
  string?: readonly string[];
  /** Called for each option that is not declared, and for each positional argument. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** Parse command-line arguments: declared booleans and strings by name, the rest in `_`. */
export function parseArgs(args: string[], options: ParseOptions = {}): { _: string[]; [name: string]: unknown } {
  const declared: Record<string, { type: "boolean" | "string" }> = {};
  for (const name of options.boolean ?? []) declared[name] = { type: "boolean" };
  for (const name of options.string ?? []) declared[name] = { type: "string" };
  const { tokens } = nodeParseArgs({ args, options: declared, strict: false, allowPositionals: true, tokens: true });
  const parsed: { _: string[]; [name: string]: unknown } = { _: [] };
  for (const name of options.boolean ?? []) parsed[name] = false;
  for (const token of tokens) {
    if (token.kind === "positional") {
      if (options.unknown?.(token.value) !== false) parsed._.push(token.value);
    } else if (token.kind === "option") {
      const type = declared[token.name]?.type;
      if (!type && options.unknown?.(token.rawName, token.name, token.value ?? true) === false) continue;
      parsed[token.name] = type === "boolean" ? token.value !== "false" : token.value ?? (type === "string" ? "" : true);
    }
  }
  return parsed;
}
