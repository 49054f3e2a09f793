import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { printable } from "../../lib/cli/printable.ts";
import { safeName } from "../../lib/core/files.ts";
import type { Results } from "../../mod.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { splitNames } from "../../lib/cli/verb.ts";
import { markdownCell } from "../../lib/experiments/tables/markdown.ts";
import { outputOf, runCli } from "../support/cli.ts";
import { writeNpy } from "../support/write_npy.ts";

const folder = await Deno.makeTempDir();
const CATEGORIES = ["shake hands ", "a|b", "a,b", "<b>", "constructor", "__proto__", "=1+1"];
const DATA = `${folder}/data`;

for (const [i, category] of CATEGORIES.entries()) {
  await Deno.mkdir(`${DATA}/${category}`, { recursive: true });
  for (
    const [k, { frames, x, y }] of generateDataset({ seed: i, clipsPerCategory: 5, categories: ["hug"] })
      .entries()
  ) {
    await Deno.writeFile(
      `${DATA}/${category}/c${k}.npy`,
      writeNpy(Float32Array.of(...x, ...y), [2, frames, 15, 3]),
    );
  }
}
await Deno.writeTextFile(
  `${DATA}/iadnet.json`,
  JSON.stringify({
    layout: "npy",
    skeleton: generateDataset({ seed: 0, clipsPerCategory: 1 })[0].skeleton,
    fps: 30,
    group: "/c([0-9])$",
  }),
);

const TRAIN = ["train", "--data", DATA, "--format", "custom", "--split", "fold:1"];
const train = (out: string, ...more: string[]) =>
  outputOf(...TRAIN, "--detector", "knn-poses", "--out", out, ...more);

Deno.test("Categories with blanks, bars, commas and angle brackets are trained by workers, and their table has its columns", async () => {
  const out = `${folder}/run`;
  await train(out, "--workers", "2");
  const results: Results = JSON.parse(await Deno.readTextFile(`${out}/results.json`));
  assertEquals(results.categories.map(({ category }) => category), CATEGORIES.toSorted());
  const table = (await Deno.readTextFile(`${out}/results.md`)).split("\n");
  const start = table.findIndex((line) => line.startsWith("| category"));
  const cells = (line: string) => line.split(/(?<!\\)\|/).length;
  const rows = table.slice(start, start + 2 + CATEGORIES.length);
  assertEquals(rows.map(cells), rows.map(() => cells(rows[0])));
  assertEquals(rows.slice(2).map((line) => line.split(" | ")[0]), [
    "| \\<b>",
    "| =1+1",
    "| __proto__",
    "| a,b",
    "| a\\|b",
    "| constructor",
    "| shake hands ",
  ]);
  const page = await outputOf("report", out, "--out", `${folder}/page.html`, "--json");
  assertEquals(JSON.parse(page).written, [`${folder}/page.html`]);
});

Deno.test("Names of JavaScript's own properties are names like others in a cache", async () => {
  const cache = `${folder}/cache`;
  await outputOf("prepare", "--data", DATA, "--format", "custom", "--out", cache);
  const [, manifest] = (await Deno.readTextFile(`${cache}/manifest.json`)).split("\n");
  assertEquals(
    Object.entries(JSON.parse(manifest).counts),
    CATEGORIES.toSorted().map((name): [string, unknown] => [name, 5]),
  );
  const rows = JSON.parse(await outputOf("inspect", "--data", cache, "--format", "cache", "--json"));
  assertStringIncludes(JSON.stringify(rows), "__proto__");
});

Deno.test("A name moves no terminal's cursor, and is no formula in CSV", async () => {
  const out = `${folder}/run`, csv = `${folder}/scores.csv`;
  const model = `${out}/models/${safeName("=1+1")}.safetensors`;
  const { code, out: rows, err } = await runCli(["score", "--model", model, "--data", DATA, "--csv", csv]);
  assertEquals(code, 0, err);
  assert(rows.includes('{"clip":"=1+1/c0"')); // as it is
  const lines = (await Deno.readTextFile(csv)).split("\n");
  assert(
    lines.some((line) => line.startsWith("'=1+1/c0,'=1+1,")) &&
      !lines.some((line) => /(^|,)[=+@]/.test(line)),
  );
  const wrong = await runCli([...TRAIN, "--category", "x\u001b[31m\u202ey\u007f"]);
  assert(wrong.code === 2 && !/(?!\n)\p{Cc}|\u202e/u.test(wrong.err), wrong.err);
  assertStringIncludes(wrong.err, "x\\u001b[31m\\u202ey\\u007f");
});

Deno.test("Printable text keeps lines, tabs and what JSON means", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(JSON.parse(printable(JSON.stringify(text))), text);
    assert(!/(?![\n\t])[\p{Cc}\u202e]/u.test(printable(text)));
  }));
  assertEquals(printable("a\tb\nc"), "a\tb\nc");
});

Deno.test("A category and a model's path may hold commas; a list of them is split where no such name is known", async () => {
  const out = `${folder}/x,y/run`;
  await Deno.mkdir(`${folder}/x,y`);
  await train(out, "--category", "a,b,a|b");
  const results: Results = JSON.parse(await Deno.readTextFile(`${out}/results.json`));
  assertEquals(results.categories.map(({ category }) => category), ["a,b", "a|b"]);
  const model = `${out}/models/a,b.safetensors`, data = ["--data", DATA];
  const rows = (await outputOf("score", "--model", model, ...data)).trim().split("\n");
  assertEquals(rows.length, 5 * CATEGORIES.length);
  for (const [verb, ...more] of [["explain", "--clip", "a,b/c0"], ["localize"]]) {
    const { code, err } = await runCli([verb, "--model", model, ...data, ...more]);
    assertEquals(code, 2);
    assertStringIncludes(err, "expected a detector of type iadnet, got knn-poses"); // the file was read
  }
  const two = await runCli(["score", "--model", `${model},${model}`, ...data]);
  assertStringIncludes(two.err, "Cannot score clips with 2 models");
});

Deno.test("A list is split at commas, but not within known names", () => {
  const split = (text: string, ...known: string[]) => splitNames(text, (name) => known.includes(name));
  assertEquals(split("a,b", "a", "b"), ["a", "b"]);
  assertEquals(split("a,b", "a,b", "a"), ["a,b"]);
  assertEquals(split("c,a,b,c", "a,b", "c"), ["c", "a,b", "c"]);
  assertEquals(split("a,b,c", "a,b", "a", "b,c"), ["a", "b,c"]);
  assertEquals(split("a,x", "a"), ["a", "x"]);
});

Deno.test("Names are told apart in Markdown", () => {
  const names = ["a|b", "a\\|b", "a\nb", "a\\nb", "a\rb", "<a>", "\\<a>", "&lt;a>"];
  assertEquals(new Set(names.map(markdownCell)).size, names.length);
  assert(names.every((name) => !/(?<!\\)(\\\\)*[|<&]|[\n\r]/.test(markdownCell(name))));
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
