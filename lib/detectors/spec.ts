/** Detectors as text: `name:key=value,key=value`. */
import { UsageError } from "../core/errors.ts";

/** A setting: a number, a switch or a word. */
export type Setting = number | string | boolean;

/** Settings by name. */
export type Settings = Readonly<Record<string, Setting>>;

/** The name and the settings, as text, of `name:key=value,key=value`.
 * @throws {UsageError} If a setting has no `=`. */
export function parseSpec(spec: string): { name: string; given: Record<string, string> } {
  const colon = spec.indexOf(":");
  if (colon < 0) return { name: spec, given: {} };
  const pairs = spec.slice(colon + 1).split(",");
  return { name: spec.slice(0, colon), given: parsePairs(`detector ${spec}`, pairs) };
}

/** Settings, as text, of pairs `key=value`.
 * @param what What they are part of, such as `detector stg-nf:epochs=8`.
 * @throws {UsageError} If one has no `=`. */
export function parsePairs(what: string, pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new UsageError(`Cannot parse ${what}: expected key=value, got ${pair}`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  }));
}

/** The defaults, with the given settings in their place, each of the type that the default has.
 * @param action What they are for, such as `create detector stg-nf`.
 * @throws {UsageError} If a setting is unknown or of another type. */
export function mergeSettings(
  action: string,
  defaults: Settings,
  given: Readonly<Record<string, string>>,
): Settings {
  const merged: Record<string, Setting> = { ...defaults };
  for (const [key, text] of Object.entries(given)) {
    if (!Object.hasOwn(defaults, key)) {
      const known = Object.keys(defaults).join(", ");
      throw new UsageError(`Cannot ${action}: unknown option ${key}, expected one of ${known}`);
    }
    const value = parseSetting(text, defaults[key]);
    if (value === undefined) {
      throw new UsageError(`Cannot ${action}: ${key} must be a ${typeof defaults[key]}, got ${text}`);
    }
    merged[key] = value;
  }
  return merged;
}

/** The value that a text stands for, of the type of `like`; undefined if it stands for none. */
function parseSetting(text: string, like: Setting): Setting | undefined {
  if (text === "") return undefined;
  if (typeof like === "number") return Number.isNaN(Number(text)) ? undefined : Number(text);
  if (typeof like === "boolean") return text === "true" || (text === "false" ? false : undefined);
  return text;
}
