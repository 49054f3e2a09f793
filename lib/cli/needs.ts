/** What each verb reads and writes besides the data and the models that its options name. */
import { dirname } from "node:path";
import { parseArgs } from "@std/cli/parse-args";
import { partialOf, withoutSlashes } from "../core/files.ts";
import { descriptionFileOf } from "../data/formats/description.ts";
import { cacheOut, datedOut, freeName, onnxOut, reportName } from "./default_out.ts";

/** Options without a value: those of all verbs. */
export const FLAGS = [
  ...["h", "help", "json", "quiet", "version", "lenient", "actor-first"],
  ...["no-estimate", "measure", "init", "skeletons", "stream", "live", "bench"],
];

/** Options that name files, folders, the engine and the address. */
const VALUES = [
  ...["data", "format", "rest", "model", "out", "resume", "engine", "run", "csv", "parquet"],
  ...["figures", "plan", "host", "port", "preset", "frames"],
] as const;

/** What a command line gives. */
export type Given = Readonly<Partial<Record<typeof VALUES[number], string>>> & {
  /** Arguments without a name. */
  readonly operands: readonly string[];
  /** Whether a description is written. */
  readonly init: boolean;
};

/** What a verb needs. */
export interface Needs {
  /** Files and folders that it reads. */
  readonly read?: readonly string[];
  /** Folders that it writes, and files in folders that are named. */
  readonly write?: readonly string[];
  /** Files that it writes: each with a temporary file beside it, in a folder that is flushed. */
  readonly files?: readonly string[];
  /** Folder that must be there, in which the folder that it writes appears. */
  readonly above?: string;
  /** Folder in which its workers write. */
  readonly partial?: string;
  /** Folder of the manifest that says which data it reads, if no option does. */
  readonly manifest?: string;
  /** Run whose data it reads, if no option names data. */
  readonly run?: string;
  /** Runs and plans whose data it reads. */
  readonly shown?: readonly string[];
  /** Whether it reads the training clips of a run. */
  readonly training?: true;
  /** Address that it listens on. */
  readonly listen?: string;
}

/** What the arguments of a verb give. */
export function givenBy(args: readonly string[]): Given {
  const parsed = parseArgs([...args], { boolean: FLAGS, string: [...VALUES] });
  const options: Partial<Record<typeof VALUES[number], string>> = parsed;
  return { ...options, operands: parsed._.map(String), init: parsed.init === true };
}

/** A run directory, with workers. */
function runNeeds({ out, resume }: Given): Needs {
  const run = resume || out;
  if (!run) return {};
  const partial = partialOf(run);
  return { write: [run, partial], partial, ...(resume && { manifest: partial }) };
}

/** A finished run that is shown. */
function shownNeeds({ operands: [run] }: Given): Needs {
  return run ? { read: [run], run } : {};
}

/** A finished run that is shown, or several that are compared by their results. */
function reportNeeds(given: Given): Needs {
  const { operands, out, figures } = given;
  const shown = operands.length > 1 ? { read: operands } : shownNeeds(given);
  return { ...shown, files: listed(out), write: listed(figures) };
}

function benchmarkNeeds({ operands: [action], plan, out }: Given): Needs {
  if (action === "plan") return out ? { write: [out] } : {};
  if (!plan) return {};
  return { write: [plan], manifest: plan, ...(action === "run" && { partial: plan }) };
}

function prepareNeeds({ out }: Given): Needs {
  if (!out) return {};
  const place = withoutSlashes(out);
  return { write: [place, `${place}.tmp`, `${place}.old`], above: dirname(place) };
}

async function inspectNeeds({ data, init }: Given): Promise<Needs> {
  return data && init ? { files: [await descriptionFileOf(data)] } : {};
}

function serveNeeds(given: Given): Needs {
  const { host = "127.0.0.1", port = "8080" } = given;
  return { ...shownNeeds(given), listen: `${host.includes(":") ? `[${host}]` : host}:${port}` };
}

const listed = (...names: readonly (string | undefined)[]) => names.filter((name) => name) as string[];

/** What each verb needs, by its name. */
export const NEEDS: Readonly<Record<string, (given: Given) => Needs | Promise<Needs>>> = {
  demo: runNeeds,
  train: runNeeds,
  compare: runNeeds,
  coordination: runNeeds,
  variations: runNeeds,
  few: runNeeds,
  splice: runNeeds,
  score: ({ csv, parquet }) => ({ files: listed(csv, parquet) }),
  localize: () => ({}),
  explain: () => ({ training: true }),
  export: ({ out }) => ({ files: listed(out) }),
  inspect: inspectNeeds,
  prepare: prepareNeeds,
  pretrain: ({ out }) => (out ? { files: [out], write: [partialOf(out)] } : {}),
  report: reportNeeds,
  serve: serveNeeds,
  figures: ({ operands, out }) => ({ read: operands, shown: operands, write: listed(out) }),
  benchmark: benchmarkNeeds,
  doctor: () => ({}),
};

/** The arguments of a verb with `--out`: where it writes is chosen before it starts, because it may look at no other place. */
export async function withOut(verb: string, args: readonly string[]): Promise<string[]> {
  const given = givenBy(args), out = await defaultOut(verb, given);
  const isGiven = given.out !== undefined || given.resume !== undefined;
  return isGiven || out === undefined ? [...args] : [...args, "--out", out];
}

async function defaultOut(verb: string, given: Given): Promise<string | undefined> {
  const { model, data, operands: [first] } = given;
  if (NEEDS[verb] === runNeeds || verb === "figures") return await datedOut(verb);
  if (verb === "pretrain") return await datedOut("encoder", ".safetensors");
  if (verb === "benchmark" && first === "plan") return await datedOut("plan");
  if (verb === "prepare" && data) return cacheOut(data, await framesOf(given));
  if (verb === "export" && model) return await onnxOut(model);
  if (verb === "report" && first) return await freeName(reportName(given.operands), ".html");
  return undefined;
}

/** Frames of each clip of a cache; 0 if the preset is unknown, which the verb refuses. */
async function framesOf({ preset = "default", frames }: Given): Promise<number> {
  if (frames !== undefined) return Number(frames);
  const { getPreset } = await import("../detectors/iadnet/presets.ts");
  try {
    return getPreset(preset).preparation.frames;
  } catch {
    return 0;
  }
}
