/**
 * The programs that an engine has been given: the same objects for the same network, so that each is compiled once.
 *
 * @module
 */
import type { Engine } from "../engine/engine.ts";

/** Make a function that gives the programs of a configuration.
 *
 * @param make Makes them, the first time for each engine and configuration.
 */
export function cachedPrograms<Config, Programs>(
  make: (config: Config) => Programs,
): (engine: Engine, config: Config) => Programs {
  const all = new WeakMap<Engine, Map<string, Programs>>();
  return (engine, config) => {
    const known = all.get(engine) ?? new Map<string, Programs>();
    all.set(engine, known);
    const key = JSON.stringify(Object.entries(config as object).sort());
    const made = known.get(key) ?? make(config);
    known.set(key, made);
    return made;
  };
}
