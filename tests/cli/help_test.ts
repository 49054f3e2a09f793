/** What every verb has in common: help, examples, flags, and messages about options. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { helpOn } from "../../lib/cli/help.ts";
import { COMMON_FLAGS, didYouMean, parseOptions, type Verb } from "../../lib/cli/verb.ts";
import { loadVerbs } from "../../lib/cli/verbs.ts";
import { UsageError } from "../../mod.ts";
import { runCli } from "../support/cli.ts";

/** Every verb, and every action of a group, with the words that call it. */
const CALLS = Object.entries(await loadVerbs()).flatMap(([name, own]): [string, Verb][] =>
  "actions" in own
    ? Object.entries(own.actions).map(([action, verb]) => [`${name} ${action}`, verb])
    : [[name, own]]
);

/** Words of a command, quotes removed. */
const wordsOf = (text: string) =>
  [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);

for (const [name, verb] of CALLS) {
  Deno.test(`The example of ${name} has every required option, and its help marks them`, () => {
    const { values, required = {} } = verb.options, help = helpOn(name, verb);
    parseOptions(name, wordsOf(verb.example.replace(/ >.*/, "")), verb.options);
    for (const option of [...Object.keys(values), ...Object.keys(COMMON_FLAGS)]) {
      assertStringIncludes(help, `  --${option} `);
    }
    for (const option of Object.keys(required)) {
      assert(Object.hasOwn(values, option));
      assert(new RegExp(`^ {2}--${option} .* \\[required`, "m").test(help), option);
    }
    assertStringIncludes(help, `Example:\n  deno task ${name}`);
  });
}

Deno.test("One message names every option that is missing, none that another one stands for", () => {
  const options = {
    values: { model: "", data: "" },
    flags: { stream: "" },
    required: { model: [], data: ["stream"] },
  };
  const parse = (...args: string[]) => () => parseOptions("score", args, options);
  assertThrows(parse(), UsageError, "Cannot run score: options --model and --data are missing");
  assertThrows(parse("--stream"), UsageError, "Cannot run score: option --model is missing");
  assertEquals(parse("--stream", "--model", "m", "--quiet")().given(), ["model", "stream", "quiet"]);
});

Deno.test("Only a name that is near is suggested", () => {
  const near = (name: string, ...known: string[]) => didYouMean(name, known);
  assertEquals(near("trian", "train", "demo"), ", did you mean train");
  assertEquals(near("--sedd", "--seed", "--out"), ", did you mean --seed");
  assertEquals(near("--catgory", "--category"), ", did you mean --category");
  for (const [name, known] of [["--fps", "--out"], ["few", "demo"], ["--x", "--n"], ["score", "serve"]]) {
    assertEquals(near(name, known), "", name);
  }
});

Deno.test("--version prints the version, on its own and with every verb", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../../deno.json", import.meta.url)));
  for (const args of [["--version"], ["train", "--version"], ["benchmark", "plan", "--version"]]) {
    assertEquals(await runCli(args), { code: 0, out: `${version}\n`, err: "" });
  }
});
