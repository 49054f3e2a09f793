// deno-lint-ignore-file no-console -- a command
/** Mutation testing: how many small mistakes in the code do the tests notice? `deno task mutants [--sample N] [--seed N] [--json]
 * [part of a file's name ...]`. Works in a temporary copy; a mutant is one changed token. Mutants that take three times as long as
 * the tests usually do count as noticed. Prints killed/made for each file and the survivors, and exits with 1 below 85 %.
 */
import { parseArgs } from "@std/cli/parse-args";
import { Random } from "../../lib/core/random.ts";
import { inFolder } from "./kit.ts";
import { findMutants, type Mutant } from "./mutant_rules.ts";

/** Source files, the tests that must notice, and the readers that must when their bytes are damaged. */
const TARGETS: readonly (readonly [RegExp, readonly string[], ...string[]])[] = [
  [/^lib\/metrics\/(auroc|curve|delong|normal)\.ts$/, [
    "metrics/auroc",
    "metrics/curve",
    "metrics/definitions",
    "metrics/delong",
    "metrics/normal",
  ]],
  [/^lib\/metrics\/(cells|comparison|macro|seeds|statistics)\.ts$/, [
    "metrics/cells",
    "metrics/comparison",
    "metrics/correlation",
    "metrics/macro",
    "metrics/seeds",
    "metrics/statistics",
  ]],
  ...["chance", "conformal", "correlation", "displacement", "wilcoxon"].map((name) =>
    [new RegExp(`^lib/metrics/${name}\\.ts$`), [`metrics/${name}`]] as const
  ),
  [/^lib\/model\/flow\.ts$/, ["model/flow", "model/flow_laws", "model/parity"]],
  [
    /^lib\/data\/formats\/npy\.ts$/,
    ["data/formats/npy", "data/formats/npy_limits"],
    "npy",
    "inter-x person",
  ],
  [/^lib\/data\/formats\/ntu\/(source|names|people|text)\.ts$/, [
    "data/formats/ntu/names",
    "data/formats/ntu/people",
    "data/formats/ntu/source",
    "data/formats/ntu/text",
  ], "ntu"],
  [
    /^lib\/data\/formats\/(ntu\/smplx_source|smplx\/\w+)\.ts$/,
    [
      "data/formats/ntu/smplx",
      "data/formats/ntu/people",
      "data/formats/smplx/pose",
      "data/formats/smplx/person",
    ],
    "hdf5",
  ],
  [
    /^lib\/data\/formats\/(interx\/(source|splits)|pickle)\.ts$/,
    [
      "data/formats/interx/folders",
      "data/formats/interx/source",
      "data/formats/interx/splits",
      "data/formats/pickle",
    ],
    "inter-x person",
    "pickle",
  ],
  [
    /^lib\/data\/formats\/(csv\/\w+|parquet|time|columns|series|growing|gzip|table|table_clips|long_table|wide_table|column_names)\.ts$/,
    [
      "data/formats/csv",
      "data/formats/custom",
      "data/formats/long_table",
      "data/formats/table",
      "data/formats/wide_table",
    ],
    "csv",
    "parquet zstd",
  ],
  [
    /^lib\/data\/formats\/sbu\/(clip|source)\.ts$/,
    [
      "data/formats/sbu/source",
      "data/open_dataset",
    ],
    "sbu",
    "folds",
  ],
  [
    /^lib\/data\/formats\/(bvh\/\w+|custom|description|pair)\.ts$/,
    [
      "data/formats/bvh/motion",
      "data/formats/bvh/skeleton",
      "data/formats/bvh/text",
      "data/formats/custom",
      "data/formats/custom_folders",
      "data/formats/description",
    ],
    "bvh",
    "description",
    "npz",
  ],
  [/^lib\/data\/formats\/(archive|folder|zip)\.ts$/, [
    "data/formats/folder",
    "data/formats/archive",
    "data/formats/zip",
    "data/open_dataset",
  ], "zip"],
];

const PASS = 0.85;
/** What reads damaged inputs, and how many of each reader. */
const READER = "tests/faults/mutate_child.ts", DAMAGED = 1000;

const args = parseArgs(Deno.args, { string: ["sample", "seed"], boolean: ["json"] });
const sample = Number(args.sample ?? 8), seed = Number(args.seed ?? 0), only = args._.map(String);
const root = new URL("../../", import.meta.url).pathname;
let killed = 0, made = 0;

await inFolder(async (copy) => {
  const list = new Deno.Command("git", { args: ["ls-files"], cwd: root }).outputSync().stdout;
  const files = new TextDecoder().decode(list).trim().split("\n");
  for (const file of files) {
    await Deno.mkdir(`${copy}/${file}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.copyFile(root + file, `${copy}/${file}`);
  }
  for (const file of files) {
    const [, tests, ...readers] = TARGETS.find(([pattern]) => pattern.test(file)) ?? [];
    if (!tests || (only.length > 0 && !only.some((part) => file.includes(part)))) continue;
    const source = await Deno.readTextFile(root + file);
    const mutants = new Random(seed).shuffle(findMutants(source)).slice(0, sample);
    const began = performance.now();
    if (!await passes(copy, tests, readers, 300_000)) throw new Error(`The tests of ${file} do not pass`);
    const limit = 3 * (performance.now() - began) + 5000, survivors: string[] = [];
    for (const mutant of mutants) {
      await Deno.writeTextFile(`${copy}/${file}`, changed(source, mutant));
      if (await passes(copy, tests, readers, limit)) survivors.push(describe(source, mutant));
    }
    await Deno.writeTextFile(`${copy}/${file}`, source);
    const noticed = mutants.length - survivors.length;
    killed += noticed;
    made += mutants.length;
    if (args.json) console.log(JSON.stringify({ file, made: mutants.length, killed: noticed, survivors }));
    else console.log([`${noticed}/${mutants.length} ${file}`, ...survivors].join("\n  survived: "));
  }
});
const part = killed / made;
console.log(
  args.json
    ? JSON.stringify({ trial: "mutants", held: part >= PASS, made, killed })
    : `${killed} of ${made} mutants killed (${(100 * part).toFixed(1)} %)`,
);
Deno.exit(part >= PASS ? 0 : 1);

function changed(source: string, { at, from, to }: Mutant): string {
  return source.slice(0, at) + to + source.slice(at + from.length);
}

function describe(source: string, { at, from, to }: Mutant): string {
  const before = source.slice(0, at), line = before.split("\n").length;
  const text = source.split("\n")[line - 1].trim();
  return `line ${line}: ${from.trim()} -> ${to.trim()} in ${text}`;
}

/** Whether the tests pass, and the readers bear damage, within a time. */
async function passes(
  folder: string,
  tests: readonly string[],
  readers: readonly string[],
  limit: number,
): Promise<boolean> {
  const files = tests.map((name) => `tests/${name}_test.ts`), until = performance.now() + limit;
  const commands = [
    ["test", "-A", "--no-check", "--fail-fast", "--quiet", ...files],
    ...readers.map((name) => ["run", "-A", "--no-check", READER, name, String(DAMAGED), "0"]),
  ];
  for (const args of commands) {
    const child = new Deno.Command(Deno.execPath(), { args, cwd: folder, stdout: "null", stderr: "null" })
      .spawn();
    const timer = setTimeout(() => child.kill("SIGKILL"), Math.max(1, until - performance.now()));
    const { success } = await child.status;
    clearTimeout(timer);
    if (!success) return false;
  }
  return true;
}
