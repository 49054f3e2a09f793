/** The small mistakes that mutation testing makes: other operators, comparisons, constants. */
import { stripTypeScriptTypes } from "node:module";

/** One changed token. */
export interface Mutant {
  /** Where, characters from the start. */
  readonly at: number;
  /** What stands there. */
  readonly from: string;
  /** What is put in its place. */
  readonly to: string;
}

/** What is put in the place of a token. */
const SWAPS: Readonly<Record<string, string>> = {
  " < ": " <= ",
  " <= ": " < ",
  " > ": " >= ",
  " >= ": " > ",
  " === ": " !== ",
  " !== ": " === ",
  " + ": " - ",
  " - ": " + ",
  " * ": " / ",
  " / ": " * ",
  " % ": " * ",
  " && ": " || ",
  " || ": " && ",
  " += ": " -= ",
  " -= ": " += ",
  "++": "--",
  "true": "false",
  "false": "true",
  "Math.min": "Math.max",
  "Math.max": "Math.min",
  "Math.floor": "Math.ceil",
  ".some(": ".every(",
  ".every(": ".some(",
  "if (!": "if (",
};

/** The mutants of a source file. Comments, texts, patterns and types have none. */
export function findMutants(source: string): Mutant[] {
  const code = codeOf(source), mutants: Mutant[] = [];
  for (const [from, to] of Object.entries(SWAPS)) {
    for (let at = code.indexOf(from); at >= 0; at = code.indexOf(from, at + 1)) {
      if (/\w/.test(from[0]) && /[\w.]/.test(code[at - 1] ?? "")) continue;
      if (/\w$/.test(from) && /\w/.test(code[at + from.length] ?? "")) continue;
      mutants.push({ at, from, to });
    }
  }
  for (const { index, 0: number } of code.matchAll(/(?<![\w.$])\d+(\.\d+)?(?![\w.])/g)) {
    mutants.push({ at: index, from: number, to: String(Number(number) + 1) });
  }
  return mutants.sort((a, b) => a.at - b.at || (a.to < b.to ? -1 : 1));
}

/** What of a source file runs, every character in its place: without types, comments, texts and patterns. */
export function codeOf(source: string): string {
  const plain = source.replace(/\breadonly (?=\w)/g, (word) => " ".repeat(word.length)); // else parameter properties stay
  return blank(stripTypeScriptTypes(plain));
}

/** The code with comments, texts and patterns blanked out, every character in its place. Code inside `${}` stays. */
export function blank(code: string): string {
  const out = code.split("");
  const open: number[] = []; // depths of braces inside which a template has stopped for code
  let depth = 0, at = 0;
  const wipeTo = (end: number) => {
    for (; at < end && at < code.length; at++) if (out[at] !== "\n") out[at] = "~";
  };
  const after = (mark: string) => {
    const found = code.indexOf(mark, at + 2);
    return found < 0 ? code.length : found + mark.length;
  };
  /** The end of a text or pattern that begins here. */
  const closing = (quote: string) => {
    let end = at + 1, inClass = false;
    for (; end < code.length && (code[end] !== quote || inClass); end++) {
      if (code[end] === "\\") end++;
      else if (quote === "/" && code[end] === "[") inClass = true;
      else if (code[end] === "]") inClass = false;
    }
    return end + 1;
  };
  /** Go through a template's text, up to its end or to code inside it. */
  const template = () => {
    let end = at + 1;
    for (; end < code.length && code[end] !== "`" && code.slice(end, end + 2) !== "${"; end++) {
      if (code[end] === "\\") end++;
    }
    if (code[end] === "$") open.push(depth++);
    wipeTo(code[end] === "$" ? end + 2 : end + 1);
  };
  while (at < code.length) {
    const char = code[at], two = code.slice(at, at + 2);
    const before = out.slice(Math.max(0, at - 40), at).join("").trimEnd();
    if (two === "//") wipeTo(after("\n"));
    else if (two === "/*") wipeTo(after("*/"));
    else if (char === '"' || char === "'") wipeTo(closing(char));
    else if (char === "`") template();
    else if (char === "}" && open.at(-1) === depth - 1) {
      depth = open.pop()!;
      template();
    } else if (char === "/" && /(^|[(,=:!&|?;{}[]|=>|return)$/.test(before)) wipeTo(closing("/"));
    else {
      if (char === "{") depth++;
      if (char === "}") depth--;
      at++;
    }
  }
  return out.join("");
}
