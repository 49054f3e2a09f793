/**
 * Settings that come as text, read as what they replace.
 *
 * @module
 */

/** A setting: a number, a switch or a word. */
export type Setting = number | string | boolean;

/** The value that a text stands for, of the kind that `like` is; undefined if it stands for none. */
export function parseSetting(text: string, like: Setting): Setting | undefined {
  if (text === "") return undefined;
  if (typeof like === "number") return Number.isNaN(Number(text)) ? undefined : Number(text);
  if (typeof like === "boolean") return text === "true" || (text === "false" ? false : undefined);
  return text;
}
