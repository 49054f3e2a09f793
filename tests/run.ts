/** Runs the tests of `tests/`, the examples of the library and those of the documents, and ends with one line that counts them:
 * `N passed, N failed, N skipped`. Arguments go on to `deno test`. Exits non-zero on a failure, and if no test ran.
 * With `--coverage` it also prints the line coverage of `lib`, over the processes and the pages that tests start too, and what
 * is missed, and exits non-zero where less than the goal is covered.
 */
import { describeCoverage, parseCoverage } from "./support/coverage.ts";
import { PAGE_RECORD } from "./support/page_coverage.ts";

/** Per cent of the lines of `lib` that tests must run. */
const GOAL = 95;

const root = new URL("../", import.meta.url);
const places = ["tests/", "lib/", "mod.ts", "README.md", "docs/"].filter((place) =>
  exists(new URL(place, root))
);

const measures = Deno.args.includes("--coverage") ? await Deno.makeTempDir() : undefined;
const child = new Deno.Command(Deno.execPath(), {
  args: [
    ...["test", "-A", "--doc", "--parallel"],
    ...(measures ? [`--coverage=${measures}`, "--coverage-raw-data-only"] : []),
    ...Deno.args.filter((arg) => arg !== "--coverage"),
    ...places,
  ],
  cwd: root,
  env: { NO_COLOR: "1", ...(measures && { DENO_COVERAGE_DIR: measures }) },
  stdout: "piped",
  stderr: "inherit",
}).spawn();

let tail = "";
const decoder = new TextDecoder();
for await (const chunk of child.stdout) {
  for (let written = 0; written < chunk.length;) written += await Deno.stdout.write(chunk.subarray(written));
  tail = (tail + decoder.decode(chunk, { stream: true })).slice(-20_000);
}
const { code } = await child.status;

const { passed, failed, ignored } = counts(tail);
const silent = passed + failed === 0;
const covered = measures === undefined || await reportCoverage(measures);
await new Blob([`${passed} passed, ${failed} failed, ${ignored} skipped\n`]).stream().pipeTo(
  Deno.stdout.writable,
);
Deno.exit(code || (failed > 0 || silent || !covered ? 1 : 0));

/** Print the line coverage of `lib` and what is missed, and say whether it is enough. */
async function reportCoverage(folder: string): Promise<boolean> {
  const records: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(`${folder}/${name}`);
    if (name.endsWith(PAGE_RECORD)) records.push(text);
    else if (!isJson(text)) await Deno.remove(`${folder}/${name}`); // of a process that was killed while it wrote
  }
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["coverage", "--lcov", folder],
    cwd: root,
  }).output();
  if (!success) throw new Error(`Cannot measure coverage: ${new TextDecoder().decode(stderr)}`);
  await Deno.remove(folder, { recursive: true });
  records.push(new TextDecoder().decode(stdout));
  const { percent, missed } = describeCoverage(
    parseCoverage(records.join(""), root.pathname, await sources()),
  );
  const text = [...missed, `Line coverage of lib: ${percent.toFixed(1)} %, at least ${GOAL} %`, ""].join(
    "\n",
  );
  await Deno.stdout.write(new TextEncoder().encode(text));
  return percent >= GOAL;
}

/** Every source file of the library, by its path. */
async function sources(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const visit = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder, root))) {
      const path = folder + name;
      if (isDirectory) await visit(`${path}/`);
      else if (/(?<!\.d)\.(ts|js)$/.test(name)) found[path] = await Deno.readTextFile(new URL(path, root));
    }
  };
  await visit("lib/");
  return found;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The counts of the last summary line: `ok | 2 passed (3 steps) | 0 failed | 1 ignored (5ms)`. */
function counts(output: string): { passed: number; failed: number; ignored: number } {
  const line = output.split("\n").findLast((text) => /^(ok|FAILED) \| \d+ passed/.test(text)) ?? "";
  const count = (what: string) => Number(line.match(new RegExp(`\\| (\\d+) ${what}`))?.[1] ?? 0);
  return { passed: count("passed"), failed: count("failed"), ignored: count("ignored") };
}

function exists(place: URL): boolean {
  try {
    Deno.statSync(place);
    return true;
  } catch {
    return false;
  }
}
