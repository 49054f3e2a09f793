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
import { blemishes, checkTypes, notebookText, readNotebook, runNotebook, stripNotebook } from "./notebook.ts";

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

let failed = 0;
for (const file of files) {
  const notebook = await readNotebook(file), name = file.slice(file.lastIndexOf("/") + 1);
  if (options.strip) {
    await Deno.writeTextFile(file, notebookText(stripNotebook(notebook)));
    console.log(`stripped ${name}`);
    continue;
  }
  const early = [...blemishes(notebook), ...await checkTypes(file, notebook)];
  const run = await runNotebook(file, stripNotebook(notebook));
  const problems = [...early, ...run.problems];
  if (problems.length > 0) failed++;
  const time = `${run.seconds.toFixed(1)} s${run.seconds > LIMIT ? `, more than ${LIMIT} s` : ""}`;
  console.log(`${problems.length > 0 ? "FAILED" : "ok    "} ${name}  ${run.figures} figures, ${time}`);
  for (const problem of problems) console.log(`  ${problem}`);
  if (options.save) {
    await Deno.mkdir(options.save, { recursive: true });
    await Deno.writeTextFile(`${options.save}/${name}`, notebookText(run.notebook));
  }
}
if (!options.strip) console.log(`${files.length - failed} passed, ${failed} failed`);
Deno.exit(failed > 0 ? 1 : 0);
