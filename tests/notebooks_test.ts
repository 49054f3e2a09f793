// deno-lint-ignore-file no-console -- says why tests are skipped
/** The notebooks, each run headless in a kernel of its own, and the runner itself. */
import { assert, assertEquals } from "@std/assert";
import {
  blemishes,
  checkTypes,
  findPython,
  readNotebook,
  runNotebook,
  stripNotebook,
} from "../tools/notebook.ts";
import { notebookOf } from "./support/notebook_of.ts";

const folder = new URL("../notebooks/", import.meta.url);
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".ipynb"))
  .sort();

const ignore = findPython() === undefined;
if (ignore) {
  console.warn(
    "Skipped: runs of notebooks, because there is no python3-nbclient (apt-get install python3-nbclient)",
  );
}

for (const name of names) {
  Deno.test(`Notebook ${name} is committed clean`, async () => {
    const file = new URL(name, folder).pathname, notebook = await readNotebook(file);
    assertEquals(blemishes(notebook), []);
    assertEquals(await formatted(file), await Deno.readTextFile(file));
  });

  Deno.test({
    name: `Notebook ${name} runs, and shows the figures that it states`,
    ignore,
    fn: async () => {
      const file = new URL(name, folder).pathname;
      assertEquals((await runNotebook(file, await readNotebook(file))).problems, []);
    },
  });
}

Deno.test("The types of all notebooks check", async () => {
  const files = names.map((name) => new URL(name, folder).pathname);
  const notebooks = await Promise.all(files.map(async (file) => [file, await readNotebook(file)]));
  assertEquals(await checkTypes(Object.fromEntries(notebooks)), "");
});

/** A notebook as `deno fmt` writes it. Its `--check` says of every notebook that it is not formatted. */
async function formatted(file: string): Promise<string> {
  const root = new URL("../", import.meta.url).pathname;
  const format = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--config", `${root}deno.json`, "--ext", "ipynb", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await (await Deno.open(file)).readable.pipeTo(format.stdin);
  return new TextDecoder().decode((await format.output()).stdout);
}

/** Metadata of a notebook without figures. */
const NO_FIGURES = { iadnet: { figures: 0 } };
const place = new URL("none.ipynb", folder).pathname;

Deno.test({
  name: "The runner stops at an error and tells the cell, with its traceback",
  ignore,
  fn: async () => {
    const { problems, notebook } = await runNotebook(
      place,
      notebookOf(["1", "throw new Error('no')", "2"], NO_FIGURES),
    );
    assertEquals(problems.length, 1);
    assert(/^cell 2: .*no/.test(problems[0]), problems[0]);
    assertEquals(notebook.cells.map(({ outputs }) => outputs!.length), [1, 1, 0]);
    const [error] = notebook.cells[1].outputs!;
    assert(error.output_type === "error" && error.traceback.length > 0);
  },
});

Deno.test({
  name: "The runner tells the cell that ended the kernel, and keeps the outputs before",
  ignore,
  fn: async () => {
    const { problems, notebook } = await runNotebook(
      place,
      notebookOf(["1", "Deno.exit(3)", "2"], NO_FIGURES),
    );
    assertEquals(problems, ["cell 2: DeadKernelError: Kernel died"]);
    assertEquals(notebook.cells.map(({ outputs }) => outputs!.length), [1, 1, 0]);
  },
});

Deno.test({
  name: "The runner loses no output, not even those that come after the kernel is idle",
  ignore,
  fn: async () => {
    const slow = "await new Promise((done) => setTimeout(done, 5)); console.log('late'); 'value'";
    const { notebook, problems } = await runNotebook(
      place,
      notebookOf(Array<string>(15).fill(slow), NO_FIGURES),
    );
    assertEquals(problems, []);
    for (const { outputs } of notebook.cells) {
      assertEquals(outputs!.map(({ output_type }) => output_type).sort(), ["execute_result", "stream"]);
    }
  },
});

Deno.test({
  name: "The runner counts figures, a live one once, and refuses an empty one or another number",
  ignore,
  fn: async () => {
    const figure = (traces: string) =>
      `await Deno.jupyter.display({ "application/vnd.plotly.v1+json": { data: [${traces}] } }, { raw: true })`;
    const live = `for (const update of [false, true, true]) await Deno.jupyter.display(` +
      `{ "application/vnd.plotly.v1+json": { data: [{}] } }, { raw: true, display_id: "a", update })`;
    const run = async (codes: string[], figures: number) =>
      (await runNotebook(place, notebookOf(codes, { iadnet: { figures } }))).problems;
    assertEquals(await run([figure("{}"), live], 2), []);
    assertEquals(await run([figure("{}")], 2), ["expected 2 figures, got 1"]);
    assertEquals(await run([figure("")], 1), ["cell 1: a figure is empty"]);
  },
});

Deno.test("A notebook with outputs is not clean until it is stripped, and wrong types are found", async () => {
  const used = notebookOf(["1"], NO_FIGURES);
  used.cells[0].execution_count = 3;
  assertEquals(blemishes(used).length, 1);
  assertEquals(blemishes(stripNotebook(used)), []);
  assertEquals(stripNotebook(used).cells[0].source, "1");
  assertEquals(blemishes({ ...used, cells: [], metadata: {} }), ["metadata.iadnet.figures is missing"]);
  const message = await checkTypes({ [place]: notebookOf(["const a: number = 'b';"], NO_FIGURES) });
  assert(message.includes("TS2322"), message);
});
