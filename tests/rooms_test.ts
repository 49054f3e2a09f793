/** Every import of the library: rooms depend on each other in one direction, and no files depend on each other in a circle. */
import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** The rooms of `lib`, and which each may import. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  engine: ["core"],
  data: ["core"],
  metrics: ["core", "data"],
  plots: ["core", "data", "metrics"],
  model: ["core", "engine", "data"],
  training: ["core", "engine", "data", "model"],
  detectors: ["core", "engine", "data", "metrics", "model", "training"],
  analysis: ["core", "engine", "data", "metrics", "model", "training", "detectors"],
  experiments: ["core", "engine", "data", "metrics", "model", "training", "detectors", "analysis"],
  report: [
    ...[
      "core",
      "engine",
      "data",
      "metrics",
      "plots",
      "model",
      "training",
      "detectors",
      "analysis",
      "experiments",
    ],
  ],
};

/** The entry points of the command line and of notebooks: they may import everything. */
const DOORS = ["cli", "notebook.ts"];

/** Every file of the library with the files that it imports. */
async function imports(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  const visit = async (folder: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
      const path = folder + name;
      if (isDirectory) await visit(`${path}/`);
      else if (/(?<!\.d)\.(ts|js)$/.test(name)) {
        const text = (await Deno.readTextFile(new URL(path, ROOT))).replace(/\/\*\*[\s\S]*?\*\//g, "");
        const own = [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\()"(\.{1,2}\/[^"]+)"/g)];
        found.set(path, own.map(([, to]) => new URL(to, new URL(path, ROOT)).href.slice(ROOT.href.length)));
      }
    }
  };
  await visit("lib/");
  return found;
}

const FILES = await imports();
const roomOf = (path: string) => path.split("/")[1];

Deno.test("Every import of a room leads to a room below it", () => {
  const upward: string[] = [];
  for (const [file, targets] of FILES) {
    const room = roomOf(file);
    if (DOORS.includes(room)) continue;
    assert(ROOMS[room], `${file} is in no known room`);
    for (const to of targets) {
      const other = roomOf(to);
      if (to.startsWith("lib/") && other !== room && !ROOMS[room].includes(other)) {
        upward.push(`${file} imports ${to}`);
      }
    }
  }
  assertEquals(upward, []);
  assert([...FILES.values()].flat().length > 500, "the imports were not found");
});

Deno.test("No files import each other in a circle", () => {
  const state = new Map<string, "open" | "closed">(), circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "closed") return;
    if (state.get(file) === "open") {
      return void circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    }
    state.set(file, "open");
    for (const to of FILES.get(file) ?? []) visit(to, [...path, file]);
    state.set(file, "closed");
  };
  for (const file of FILES.keys()) visit(file, []);
  assertEquals(circles, []);
});

Deno.test("No file of the library is longer than 400 lines", async () => {
  for (const file of FILES.keys()) {
    const lines = (await Deno.readTextFile(new URL(file, ROOT))).split("\n").length - 1;
    assert(lines <= 400, `${file} has ${lines} lines`);
  }
});

Deno.test("Only the command line prints", async () => {
  for (const file of FILES.keys()) {
    if (file.startsWith("lib/cli/")) continue;
    const code = (await Deno.readTextFile(new URL(file, ROOT))).replace(/\/\*\*[\s\S]*?\*\//g, "");
    assert(!/(?<![\w.])console\.(log|error|warn|info|table)\(/.test(code), `${file} prints`);
  }
});
