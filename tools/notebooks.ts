// deno-lint-ignore-file no-console -- a command
/**
 * Runs every notebook headless, in order, and checks it: committed without outputs, types, no error, the number of figures
 * that its metadata states. Ends with `N passed, N failed` and exits 1 if one failed.
 *
 *     deno task notebooks [--strip] [--save DIR] [FILE ...]
 *
 * `--strip` removes outputs and counts instead; `--save` keeps the run notebooks, with their outputs, in a folder.
 */
import { parseArgs } from "@std/cli/parse-args";
import { basename, join } from "node:path";
import {
  blemishes,
  checkTypes,
  findPython,
  type Notebook,
  notebookText,
  readNotebook,
  runNotebook,
  stripNotebook,
} from "./notebook.ts";

/** Seconds that a notebook should take at most on its built-in data. Stated, not asserted: machines differ. */
const LIMIT = 60;

const options = parseArgs([...Deno.args], {
  string: ["save"],
  boolean: ["strip"],
  unknown: (arg: string) => {
    if (!arg.startsWith("-")) return true;
    console.error(`Cannot run notebooks: unknown option ${arg}`);
    Deno.exit(2);
  },
});
const folder = new URL("../notebooks/", import.meta.url);
const given = options._.map(String);
const files = given.length > 0 ? given : [...Deno.readDirSync(folder)]
  .filter(({ name }) => name.endsWith(".ipynb")).map(({ name }) => `${folder.pathname}${name}`).sort();

const notebooks: Record<string, Notebook> = {};
for (const file of files) notebooks[file] = await readNotebook(file);
if (options.strip) {
  for (const [file, notebook] of Object.entries(notebooks)) {
    await Deno.writeTextFile(file, notebookText(stripNotebook(notebook)));
    console.log(`stripped ${basename(file)}`);
  }
  Deno.exit();
}
if (!findPython()) {
  console.error("Cannot run notebooks: no Python with nbclient (apt-get install python3-nbclient)");
  Deno.exit(1);
}

let failed = 0;
const report = (what: string, result: string, problems: readonly string[]) => {
  if (problems.length > 0) failed++;
  console.log(`${problems.length > 0 ? "FAILED" : "ok    "} ${what}  ${result}`);
  for (const problem of problems) console.log(`  ${problem}`);
};
const types = await checkTypes(notebooks);
report("types", `${files.length} notebooks`, types ? [types] : []);
for (const [file, notebook] of Object.entries(notebooks)) {
  const name = basename(file), run = await runNotebook(file, stripNotebook(notebook));
  const slow = run.seconds > LIMIT ? `, more than ${LIMIT} s` : "";
  const result = `${run.figures} figures, ${run.seconds.toFixed(1)} s${slow}`;
  report(name, result, [...blemishes(notebook), ...run.problems]);
  if (options.save) {
    await Deno.mkdir(options.save, { recursive: true });
    await Deno.writeTextFile(join(options.save, name), notebookText(run.notebook));
  }
}
console.log(`${files.length + 1 - failed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);
