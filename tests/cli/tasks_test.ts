/** What each task of deno.json may do: its process tries everything else. */
import { assert, assertEquals } from "@std/assert";
import { flagsOf, type Reach, reachOf, reachOfWorker } from "../../lib/cli/confine.ts";
import { confinedFlags } from "../../lib/cli/launch.ts";
import { NEEDS, withOut } from "../../lib/cli/needs.ts";
import { exists } from "../../lib/core/files.ts";
import { packageFolders, permissionFlags } from "../../lib/core/permissions.ts";
import { uploadPrograms } from "../../lib/report/upload.ts";
import { ended, inFolder, startDeno } from "../faults/kit.ts";

const ROOT = new URL("../../", import.meta.url);
const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
const COMMANDS = new Map(Object.keys(tasks).map((name): [string, string] => [name, tasks[name].command]));

/** Tasks of those who work on this module. */
const DEVELOPMENT = [
  ...[...COMMANDS.keys()].filter((name) => name.startsWith("bench:")),
  ...["docs", "faults", "mutants", "notebooks", "ok", "test"],
];

/** A call of each verb. `DATA`, `RUN`, `MODEL`, `OUT` and `PLAN` stand for paths. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  demo: ["--out", "OUT"],
  train: ["--data", "DATA", "--format", "sbu", "--out", "OUT"],
  compare: ["--data", "DATA", "--format", "sbu", "--out", "OUT"],
  coordination: ["--data", "DATA", "--format", "sbu", "--out", "OUT"],
  variations: ["--out", "OUT"],
  few: ["--data", "DATA", "--format", "sbu", "--shots", "1", "--out", "OUT"],
  splice: ["--data", "DATA", "--format", "sbu", "--out", "OUT"],
  score: ["--model", "MODEL", "--data", "DATA", "--format", "sbu", "--csv", "OUT"],
  localize: ["--model", "MODEL", "--data", "DATA", "--format", "sbu"],
  explain: ["--model", "MODEL", "--data", "DATA", "--format", "sbu", "--clip", "a"],
  export: ["--model", "MODEL", "--out", "OUT"],
  inspect: ["--data", "DATA", "--format", "sbu"],
  prepare: ["--data", "DATA", "--format", "sbu", "--out", "OUT"],
  pretrain: ["--out", "OUT"],
  report: ["RUN", "--out", "OUT", "--figures", "OUT"],
  serve: ["RUN", "--port", "4003"],
  figures: ["RUN", "--out", "OUT"],
  benchmark: ["run", "--plan", "PLAN"],
  doctor: [],
};

/** Try to reach what must not be reached. @returns What was reached, one a line. */
async function reached(
  flags: readonly string[],
  secret: string,
  targets: readonly string[],
): Promise<string> {
  const { out, err, code } = await ended(startDeno([...flags, "tests/faults/reach.ts", secret, ...targets]));
  assertEquals(code, 0, err);
  for (const target of targets) assert(!await exists(target), target);
  return out;
}

Deno.test("A task that is no development task names its permissions, and reads no environment", () => {
  for (const [name, command] of COMMANDS) {
    const isOpen = /(^| )(-[A-Za-z]*A[A-Za-z]*|--allow-all)( |$)|^(?!deno run )/.test(command);
    assertEquals(isOpen, DEVELOPMENT.includes(name), `${name}: ${command}`);
    if (!isOpen) assert(command.startsWith("deno run --quiet --no-prompt ") && !command.includes("-env="));
  }
  assertEquals(Object.keys(CALLS).sort(), Object.keys(NEEDS).sort());
  const launcher = "deno run --quiet --no-prompt --allow-read --allow-write --allow-run lib/cli/launch.ts";
  for (const verb of Object.keys(NEEDS)) assertEquals(COMMANDS.get(verb), `${launcher} ${verb}`);
});

Deno.test("help and completions reach nothing", async () => {
  for (const verb of ["help", "completions"]) {
    const [, , ...words] = COMMANDS.get(verb)!.split(" "), flags = words.slice(0, -2);
    assertEquals([flags, words.at(-2)], [["--quiet", "--no-prompt", "--ignore-env"], "lib/cli/main.ts"]);
    // They read no file from others; Deno may fetch the modules.
    assertEquals(await reached([...flags, "--cached-only"], "/etc/passwd", []), "");
  }
});

Deno.test("Each verb, its workers and the programs that it starts reach nothing but what its options name", async () => {
  await inFolder(async (folder) => {
    const library = await packageFolders(), own = `${folder}/own`, secrets = `${folder}/secrets`;
    for (const name of [own, secrets]) await Deno.mkdir(name);
    await Deno.writeTextFile(`${secrets}/secret`, "secret");
    const tryAll = async (flags: readonly string[], what: string, programs: string) => {
      const places = [secrets, own, programs, library[0], new URL("lib/cli", ROOT).pathname, folder];
      const targets = places.map((place) => `${place}/made`);
      assertEquals(await reached(flags, `${secrets}/secret`, targets), "", what);
    };
    for (const [verb, call] of Object.entries(CALLS)) {
      const programs = `${folder}/programs-${verb}`;
      await Deno.mkdir(programs);
      const args = call.map((word) => /^[A-Z]+$/.test(word) ? `${own}/${word}` : word);
      const reach = await reachOf(verb, await withOut(verb, args));
      const starts = reach.partial !== undefined || reach.listen !== undefined;
      await tryAll(await confinedFlags(reach, library, starts ? programs : undefined), verb, programs);
      if (reach.partial !== undefined) {
        await tryAll(flagsOf(await reachOfWorker(reach), library), `worker of ${verb}`, programs);
      }
    }
    const files = `${folder}/files`;
    await Deno.mkdir(files);
    const { reader, scorer } = await uploadPrograms(files, [`${own}/RUN`], library);
    for (const [what, words] of Object.entries({ reader, scorer })) {
      const at = words.indexOf("run"), flags = words.slice(at + 1, -1);
      assert(words.at(-1)!.endsWith(".ts"));
      await tryAll(flags, what, files);
    }
  });
});

Deno.test("A server may listen on its own address and port, and on no other", async () => {
  const library = await packageFolders(), listen = "127.0.0.1:4003";
  const { out } = await ended(startDeno([
    ...permissionFlags({ listen }, library),
    "tests/faults/reach.ts",
    "/etc/passwd",
  ]));
  assertEquals(out, "");
});

/** What SECURITY.md says that each verb reads and writes. */
function tableRows(text: string): [string, string, string, string][] {
  const lines = text.split("\n").filter((line) => /^\| `[a-z]/.test(line));
  const rows = lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  return rows.filter((row) => row.length === 4) as [string, string, string, string][];
}

Deno.test("The table of permissions has every task, and says what the launcher gives", async () => {
  const rows = tableRows(await Deno.readTextFile(new URL("docs/SECURITY.md", ROOT)));
  const here = await Deno.realPath("."), seen = new Set<string>();
  const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path).sort();
  for (const [call, reads, writes, more] of rows) {
    const [verb, ...args] = named(call)[0].split(" ");
    seen.add(verb);
    if (!Object.hasOwn(NEEDS, verb)) {
      assertEquals([reads, writes, more], ["", "", ""], verb);
      continue;
    }
    const reach = await reachOf(verb, args);
    const short = (paths: readonly string[]) => paths.filter((path) => !path.startsWith(here)).sort();
    assertEquals([verb, named(writes), named(reads)], [verb, short(reach.write), short(without(reach))]);
    const starts = [reach.partial && "worker", reach.listen && `listens on ${reach.listen}`];
    assert(
      starts.every((what) => !what || more.includes(what)) && (more !== "") === starts.some(Boolean),
      call,
    );
  }
  assertEquals([...seen].sort(), [...COMMANDS.keys()].filter((name) => !DEVELOPMENT.includes(name)).sort());
});

/** What is read besides what is written, and besides the descriptions of a data file. */
function without({ read, write }: Reach): readonly string[] {
  return read.filter((path) => !write.includes(path) && !path.endsWith("/iadnet.json"));
}
