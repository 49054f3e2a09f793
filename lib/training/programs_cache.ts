/** A cache of programs: an engine gets the same objects for the same network, so that it compiles each once. */
import type { Engine } from "../engine/engine.ts";

/** Make a function that returns the programs of a configuration.
 * @param make Creates them; it is called once for each engine and configuration. */
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
