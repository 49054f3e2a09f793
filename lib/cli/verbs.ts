/** The verbs of the command line. A verb is loaded when it is run or described; a new one is a file, a line in `descriptions.ts`, and
 * a line here. */
import type { DESCRIPTIONS } from "./descriptions.ts";
import type { Verb, VerbGroup } from "./verb.ts";

/** Loads a verb. */
type LoadVerb = () => Promise<Verb | VerbGroup>;

const LOADERS: Readonly<Record<keyof typeof DESCRIPTIONS, LoadVerb>> = {
  demo: async () => (await import("./train.ts")).demo,
  train: async () => (await import("./train.ts")).train,
  score: async () => (await import("./score.ts")).score,
  report: async () => (await import("./report.ts")).report,
  serve: async () => (await import("./serve.ts")).serve,
  figures: async () => (await import("./figures.ts")).figures,
  localize: async () => (await import("./localize.ts")).localize,
  explain: async () => (await import("./explain.ts")).explain,
  export: async () => (await import("./export.ts")).exportModel,
  inspect: async () => (await import("./inspect.ts")).inspect,
  prepare: async () => (await import("./prepare.ts")).prepare,
  pretrain: async () => (await import("./pretrain.ts")).pretrain,
  compare: async () => (await import("./compare.ts")).compare,
  coordination: async () => (await import("./coordination.ts")).coordination,
  variations: async () => (await import("./variations.ts")).variations,
  few: async () => (await import("./few.ts")).few,
  splice: async () => (await import("./splice.ts")).splice,
  benchmark: async () => (await import("./benchmark.ts")).benchmark,
  doctor: async () => (await import("./doctor.ts")).doctor,
  completions: async () => (await import("./completions.ts")).completionsOf(loadVerbs),
};

/** What loads each verb, by name, in the order of the help. */
export const VERBS: Readonly<Record<string, LoadVerb>> = LOADERS;

/** Load all verbs. */
export async function loadVerbs(): Promise<Record<string, Verb | VerbGroup>> {
  const loaded = Object.entries(VERBS).map(async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(loaded));
}
