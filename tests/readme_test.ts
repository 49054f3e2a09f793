/** Every command of README and of the documents that go on from it, in order, in a fresh copy of the repository beside a small data
 * set in SBU's layout. */
import { assert, assertEquals } from "@std/assert";
import { exists } from "../lib/core/files.ts";
import { generateDataset } from "../lib/data/synthetic/mod.ts";
import { inFolder } from "./faults/kit.ts";
import { copyRepository } from "./support/copy_repository.ts";
import { writeSbu } from "./support/write_sbu.ts";

const ROOT = new URL("../", import.meta.url).pathname;

const DOCUMENTS = ["README.md", "docs/start.md", "docs/benchmark.md", "docs/stream.md", "docs/onnx.md"];

/** The commands, each once, without `npx -y deno@2.9.6` and what the comment says. */
const COMMANDS = new Set(
  DOCUMENTS.flatMap((document) =>
    [...Deno.readTextFileSync(ROOT + document).matchAll(/^ {4}(?:npx -y deno\S+|deno) (.+)$/gm)]
      .map(([, line]) => line.replace(/\s+#.*$/, ""))
  ),
);

/** Commands that other tests run, or that are these tests. */
const ELSEWHERE = ["task test", "task notebooks"];

/** Verbs that run for long: they are interrupted when their first result is there. */
const LONG = ["compare", "coordination", "variations", "few", "benchmark run"];

/** Five pairs of people, three categories, three clips each. */
async function writeData(folder: string): Promise<void> {
  const names: Readonly<Record<string, string>> = { kick: "kicking", push: "pushing", hug: "hugging" };
  const clips = generateDataset({ seed: 0, clipsPerCategory: 15, categories: Object.keys(names) })
    .map((clip, i) => ({ ...clip, category: names[clip.category], group: `p0${1 + i % 5}` }));
  await writeSbu(folder, clips);
}

/** Frames of a stream of the same people, one a line. */
function frames(): string {
  const [{ frames, x, y }] = generateDataset({ seed: 1, clipsPerCategory: 1, categories: ["hug"] });
  const width = x.length / frames,
    of = (values: Float32Array, t: number) => [...values.subarray(t * width, (t + 1) * width)];
  return Array.from({ length: frames }, (_, t) => JSON.stringify({ x: of(x, t), y: of(y, t) })).join("\n");
}

/** Run a command. @param until End it by SIGINT when stdout or stderr has this. */
async function run(command: string, cwd: string, until?: RegExp): Promise<{ code: number; said: string }> {
  const child = new Deno.Command("sh", {
    args: ["-c", `exec "$0" ${command}`, Deno.execPath()],
    cwd,
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "", asked = false;
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (!asked && until?.test(said)) {
        asked = true;
        if (command.startsWith("task serve")) await servesPage(said);
        child.kill("SIGINT");
      }
    }
  };
  await Promise.all([read(child.stdout), read(child.stderr)]);
  return { code: (await child.status).code, said };
}

async function servesPage(said: string): Promise<void> {
  const response = await fetch(/http:\S+/.exec(said)![0]);
  assert((await response.text()).startsWith("<!doctype html>"));
}

Deno.test("Every command of README, and of what it leads to, works in a fresh folder, in its order", async () => {
  await inFolder(async (place) => {
    const root = `${place}/iadnet`;
    await copyRepository(root);
    await writeData(`${place}/shared/data/sbu`);
    await Deno.writeTextFile(`${root}/frames.ndjson`, frames());
    assert(COMMANDS.size > 20);
    for (const command of [...COMMANDS].filter((command) => !ELSEWHERE.includes(command))) {
      const isLong = LONG.some((verb) => command.startsWith(`task ${verb}`));
      const until = isLong
        ? /\n1(\/| of )\d+/
        : command.startsWith("task serve")
        ? /Serving http:\S+\n/
        : undefined;
      const port = command.startsWith("task serve") ? " --port 0" : ""; // another one may be in use
      const { code, said } = await run(command + port, root, until);
      if (command.startsWith("task benchmark collect")) { // of an interrupted plan
        assert(code === 1 && said.includes("Missing: cells "), said);
      } else assertEquals(code, until ? 130 : 0, `${command}: ${said}`);
    }
    for (
      const name of ["runs/sbu5/report.html", "scorer.onnx", "figures/auroc.svg", "runs/plan/manifest.json"]
    ) {
      assert(await exists(`${root}/${name}`), name);
    }
  });
});
