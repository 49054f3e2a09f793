/** The main module, as a program that imports it sees it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  compare,
  createDetector,
  evaluate,
  explain,
  generateDataset,
  IADNet,
  LiveDetector,
  localize,
  openDataset,
  UsageError,
} from "../mod.ts";

const ROOT = new URL("../", import.meta.url);

async function deno(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: "Importing the main module loads no native library (needs /proc)",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const script = `import { auroc } from "./mod.ts";
      const maps = Deno.readTextFileSync("/proc/self/maps").split("\\n");
      console.log(JSON.stringify([auroc([1, 2], [3]), maps.filter((line) => /\\.node$|onnxruntime|polars/.test(line))]));`;
    assertEquals(JSON.parse(await deno("eval", "--ext=ts", script)), [1, []]);
  },
});

Deno.test("The main module has at most 70 names", async () => {
  const { nodes } = JSON.parse(await deno("doc", "--json", "mod.ts"));
  const symbols = (Object.values(nodes) as { symbols: { name: string }[] }[]).flatMap(({ symbols }) =>
    symbols
  );
  const names = new Set(symbols.map(({ name }) => name));
  assert(names.size > 50 && names.size <= 70, `${names.size} names`);
});

Deno.test("Misspelt options are refused by name", async () => {
  const misspelt = (options: Record<string, unknown>) => options as never;
  const hugs = generateDataset({ seed: 0, clipsPerCategory: 3, categories: ["hug"] });
  const detector = new IADNet({ preset: "tiny" });
  const calls: [string, () => unknown][] = [
    ["presett", () => new IADNet(misspelt({ presett: "tiny" }))],
    ["engin", () => createDetector("knn-poses", misspelt({ engin: "auto" }))],
    ["formt", () => openDataset("0", misspelt({ format: "synthetic", formt: "sbu" }))],
    ["clipsPerCategry", () => generateDataset(misspelt({ seed: 0, clipsPerCategry: 3 }))],
    ["sed", () => detector.fit(hugs, misspelt({ seed: 0, sed: 1 }))],
    ["alfa", () => detector.predict(hugs, misspelt({ alfa: 0.1 }))],
    ["point", () => explain(detector, hugs[0], hugs, misspelt({ point: 1 }))],
    ["strid", () => localize(detector, hugs[0], misspelt({ strid: 1 }))],
    ["rate", () => new LiveDetector(detector, misspelt({ fps: 30, rate: 1 }))],
    ["preset", () => evaluate(misspelt({ preset: "tiny" }))],
    ["preset", () => compare(misspelt({ preset: "tiny" }), undefined as never)],
  ];
  for (const [name, call] of calls) {
    await assertRejects(async () => await call(), UsageError, `unknown option ${name}`);
  }
});
