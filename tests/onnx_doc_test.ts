/** The programs of `docs/onnx.md`: an exported model scores clips outside this package as `deno task score` does. */
import { assert, assertEquals } from "@std/assert";
import { type Clip, generateDataset, getPreset, IADNet, type Preset } from "../mod.ts";
import { outputOf } from "./support/cli.ts";
import { withFolder } from "./support/data_fixtures.ts";
import { writeNpy } from "./support/write_npy.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const PAGE = await Deno.readTextFile(`${ROOT}docs/onnx.md`);

const tiny = getPreset("tiny"), windowed = getPreset("window");

/** Models that read a clip differently, with the frame rate of what they score: they learned 30 frames per second. */
const CASES: Readonly<Record<string, { readonly preset: Preset; readonly fps: number }>> = {
  "whole clips": { preset: tiny, fps: 30 },
  "the first frames": {
    preset: { ...tiny, preparation: { ...tiny.preparation, frames: 60, time: "first" } },
    fps: 30,
  },
  "windows of a faster clip": {
    preset: { ...windowed, training: { ...windowed.training, epochs: 1 } },
    fps: 70,
  },
};

/** The ways to run a program of the page: the language of its block, the name of a file, and a command. */
const LANGUAGES = [
  ["js ignore", "score.mjs", [Deno.execPath(), "run", "-A", "--quiet", `--config=${ROOT}deno.json`]],
  ["python", "score.py", ["python3"]],
] as const;

const hasRuntime = await runs(["python3", "-c", "import onnxruntime"]);

/** The page's only block of a language. */
function block(language: string): string {
  const blocks = [...PAGE.matchAll(new RegExp("^```" + language + "\\n(.*?)^```", "gms"))];
  assertEquals(blocks.length, 1);
  return blocks[0][1];
}

async function runs([program, ...args]: readonly string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

async function printed([program, ...args]: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** A clip as the programs read it. */
function clipJson({ fps, frames, x, y, skeleton: { joints } }: Clip): string {
  const people = [x, y].map((values) =>
    Array.from(
      { length: frames },
      (_, t) =>
        joints.map((
          _,
          j,
        ) => [...values.subarray((t * joints.length + j) * 3, (t * joints.length + j + 1) * 3)]),
    )
  );
  return JSON.stringify({ fps, x: people[0], y: people[1] });
}

/** An exported model, and clips with the scores that the command line gives them. */
interface Expected {
  readonly onnx: Uint8Array;
  readonly scored: readonly { readonly clip: Clip; readonly score: number }[];
}

async function expectedOf({ preset, fps }: typeof CASES[string]): Promise<Expected> {
  const detector = new IADNet({ preset, engine: "onnx-cpu", threads: 1 });
  await detector.fit(generateDataset({ seed: 0, clipsPerCategory: 12, categories: ["hug"] }), { seed: 0 });
  const clips = generateDataset({ seed: 1, clipsPerCategory: 1, categories: ["hug", "kick"], fps });
  const scored: { clip: Clip; score: number }[] = [], [{ skeleton }] = clips;
  const files = Object.fromEntries(clips.map(({ category, frames, x, y }) => [
    `${category}.npy`,
    writeNpy(Float32Array.of(...x, ...y), [2, frames, skeleton.joints.length, 3]),
  ]));
  const description = JSON.stringify({ layout: "npy", skeleton, fps });
  let onnx = new Uint8Array();
  await withFolder({ ...files, "iadnet.json": description }, async (root) => {
    const model = `${root}/hug.safetensors`;
    await detector.save(model);
    await outputOf("export", "--model", model, "--out", `${root}/scorer.onnx`);
    onnx = await Deno.readFile(`${root}/scorer.onnx`);
    for (const clip of clips) {
      const row = await outputOf("score", "--model", model, "--data", `${root}/${clip.category}.npy`);
      scored.push({ clip, score: JSON.parse(row).score });
    }
  });
  return { onnx, scored };
}

const expected = new Map<string, Promise<Expected>>();

for (const [language, file, command] of LANGUAGES) {
  const lacks = language === "python" && !hasRuntime;
  for (const [what, own] of Object.entries(CASES)) {
    Deno.test({
      name: `docs/onnx.md's ${file} scores ${what} as deno task score does, within 1e-5${
        lacks ? " (needs Python's onnxruntime)" : ""
      }`,
      ignore: lacks,
      fn: async () => {
        const { onnx, scored } = await (expected.get(what) ?? expected.set(what, expectedOf(own)).get(what)!);
        for (const { clip, score } of scored) {
          const files = { "scorer.onnx": onnx, "clip.json": clipJson(clip), [file]: block(language) };
          await withFolder(files, async (root) => {
            const args = [file, "scorer.onnx", "clip.json"].map((name) => `${root}/${name}`);
            const given = Number(await printed([...command, ...args]));
            assert(
              Math.abs(given - score) <= 1e-5 * Math.max(1, Math.abs(score)),
              `${given}, expected ${score}`,
            );
          });
        }
      },
    });
  }
}
