import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { COMMON_FLAGS } from "../../lib/cli/verb.ts";
import { loadVerbs } from "../../lib/cli/verbs.ts";
import { outputOf, refusalOf } from "../support/cli.ts";

const program = await outputOf("completions", "bash");

/** What bash offers for the last word of a line, with the program sourced. */
async function offered(line: string, before = ""): Promise<string[]> {
  const words = line.split(" ").map((word) => `'${word}'`).join(" ");
  const script = `${before}\n${program}
COMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=()
"$(complete -p deno | sed 's/.*-F \\([^ ]*\\).*/\\1/')" deno
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, success } = await new Deno.Command("bash", {
    args: ["--norc", "--noprofile", "-c", script],
  }).output();
  const text = new TextDecoder();
  assert(success, text.decode(stderr));
  assertEquals(text.decode(stderr), "");
  return text.decode(stdout).split("\n").filter((word) => word !== "");
}

async function canRun(shell: string): Promise<boolean> {
  try {
    return (await new Deno.Command(shell, { args: ["-c", ":"], stderr: "null" }).output()).success;
  } catch {
    return false; // it is not installed
  }
}

const flags = Object.keys(COMMON_FLAGS).map((name) => `--${name}`);

Deno.test("bash completes verbs, actions and options, after the printed program is sourced", async () => {
  assertEquals(
    (await offered("deno task ")).toSorted(),
    ["help", ...Object.keys(await loadVerbs())].toSorted(),
  );
  assertEquals(await offered("deno task tr"), ["train"]);
  assertEquals(await offered("deno task train --se"), ["--seed"]);
  assertEquals((await offered("deno task export -")).toSorted(), ["--model", "--out", ...flags].toSorted());
  assertEquals(await offered("deno task benchmark "), ["plan", "run", "collect", "detectors"]);
  assertEquals(await offered("deno task benchmark run --wo"), ["--workers"]);
  assertEquals(await offered("deno task help spl"), ["splice"]);
});

Deno.test("bash offers files, by its own means, where a value stands, and leaves other calls of deno alone", async () => {
  assertEquals(await offered("deno task train --out "), []);
  assertEquals(await offered("deno task train --out --se"), []);
  assertEquals(await offered("deno run --al"), []);
  const before = `_deno() { COMPREPLY=(--allow-all); }\ncomplete -F _deno deno`;
  assertEquals(await offered("deno run --al", before), ["--allow-all"]);
  assertEquals(await offered("deno task tr", before), ["train"]);
  assertEquals(await offered("deno run --al", `${before}\n${program}`), ["--allow-all"]); // sourced twice
});

for (const shell of ["zsh", "fish"]) {
  const has = await canRun(shell);
  Deno.test(`The program for ${shell} names every verb and option${has ? ", and parses" : ` (needs ${shell} to parse it)`}`, async () => {
    const text = await outputOf("completions", shell);
    for (const [name, own] of Object.entries(await loadVerbs())) {
      assertStringIncludes(text, name);
      for (const { options } of "actions" in own ? Object.values(own.actions) : [own]) {
        for (const option of Object.keys(options.values)) assertStringIncludes(text, option);
      }
    }
    if (!has) return;
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, text);
    const { success, stderr } = await new Deno.Command(shell, { args: ["-n", file] }).output();
    await Deno.remove(file);
    assert(success, new TextDecoder().decode(stderr));
  });
}

Deno.test("completions refuses a shell that it does not know", async () => {
  assertStringIncludes(
    await refusalOf("completions", "cmd"),
    "Cannot complete in cmd: expected one of bash, zsh, fish",
  );
});
