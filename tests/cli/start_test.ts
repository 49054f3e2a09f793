/** What a start loads: nobody waits for what a call does not use. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";

/** Run the command line with flags of `deno run`. */
async function run(flags: readonly string[], ...args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--no-prompt", ...flags, "lib/cli/main.ts", ...args],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), err: text.decode(stderr) };
}

/** The npm packages among the modules that a module imports before it runs. */
async function packagesOf(entry: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: new URL("../../", import.meta.url),
  }).output();
  const { roots, modules }: Graph = JSON.parse(new TextDecoder().decode(stdout));
  const known = new Map(modules.map((own) => [own.specifier, own.dependencies ?? []])),
    reached = new Set(roots);
  for (const specifier of reached) {
    for (const { isDynamic, code } of known.get(specifier) ?? []) {
      if (!isDynamic && code?.specifier) reached.add(code.specifier);
    }
  }
  return [...reached].filter((specifier) => specifier.startsWith("npm:"));
}

/** What `deno info --json` prints. */
interface Graph {
  readonly roots: readonly string[];
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly {
      readonly isDynamic?: boolean;
      readonly code?: { readonly specifier?: string };
    }[];
  }[];
}

Deno.test("help loads no package, TensorFlow.js and native libraries included", async () => {
  const { code, out, err } = await run(["--no-npm"], "help"); // and no permission, such as that to load a native library
  assertEquals([code, err], [0, ""]);
  assertStringIncludes(out, "deno task score");
  const refused = await run(["--no-npm"], "help", "score"); // a verb itself does load packages
  assert(refused.code !== 0, refused.out);
  assertStringIncludes(refused.err, "npm");
  assertEquals(await packagesOf("lib/cli/main.ts"), []);
});

Deno.test("The launcher loads no TensorFlow.js and no native library", async () => {
  const heavy = (name: string) => /tensorflow|onnx|polars|h5wasm|plotly/.test(name);
  assertEquals((await packagesOf("lib/cli/launch.ts")).filter(heavy), []);
  assert((await packagesOf("lib/cli/score.ts")).some(heavy)); // where it is imported, it is found
  assertEquals(
    (await packagesOf("lib/cli/score.ts")).filter((name) => /polars|h5wasm|plotly|onnx/.test(name)),
    [],
  );
});
