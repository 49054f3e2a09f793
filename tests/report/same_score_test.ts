/** A file that is dropped on the page, or named on the command line, has the score of its clip in the run's results. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { zipSync } from "fflate";
import type { Results } from "../../lib/experiments/results.ts";
import { serveRun } from "../support/serve_run.ts";
import type { Scored } from "../../lib/report/types.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { outputOf, runCli } from "../support/cli.ts";
import { bvh } from "../support/custom_fixtures.ts";
import { writeNpy } from "../support/write_npy.ts";

const place = await Deno.makeTempDir();
const clips = generateDataset({ seed: 0, clipsPerCategory: 10, categories: ["hug", "push"] });
const { joints, name: skeleton } = clips[0].skeleton, width = joints.length * 3;
const description = { skeleton, units: "mm", up: "z", fps: clips[0].fps, group: "^\\w+[/-](\\d+)" };

/** Both people of a clip in millimetres, z up. */
function people({ x, y }: Pick<typeof clips[0], "x" | "y">): [Float32Array, Float32Array] {
  const turn = (values: Float32Array) =>
    values.map((_, i) => 1000 * (i % 3 === 0 ? values[i] : i % 3 === 1 ? -values[i + 1] : values[i - 1]));
  return [turn(x), turn(y)];
}

/** A data set: its files by name, each with the clip that it holds. */
type Files = Map<string, { id: string; bytes: Uint8Array }>;

const text = (content: string) => new TextEncoder().encode(content);

/** One table a clip. */
function tables(): Files {
  return new Map(clips.map((clip, i) => {
    const [x, y] = people(clip), rows = ["clip,frame,person,joint,x,y,z,category,group"];
    for (let at = 0; at < x.length; at += 3) {
      const t = Math.floor(at / width), joint = joints[at % width / 3];
      for (const [p, values] of [x, y].entries()) {
        const xyz = values.subarray(at, at + 3).join();
        rows.push(`${clip.id},${t},${p + 1},${joint},${xyz},${clip.category},${clip.group}`);
      }
    }
    return [`c${i}.csv`, { id: clip.id, bytes: text(rows.join("\n")) }];
  }));
}

/** One array a clip; a joint of each is missing in one frame. */
function arrays(): Files {
  return new Map(clips.map((clip, i) => {
    const [x, y] = people(clip), id = `${clip.category}/${i}`;
    x[width * 20 + 7] = NaN;
    return [`${id}.npy`, {
      id,
      bytes: writeNpy(Float32Array.of(...x, ...y), [2, clip.frames, joints.length, 3]),
    }];
  }));
}

const DATA: Readonly<Record<string, [files: Files, args: string[]]>> = {
  csv: [tables(), []],
  npy: [arrays(), ["--missing", "interpolate"]],
};

async function train(layout: string): Promise<{ run: string; data: string; results: Results }> {
  const [files, args] = DATA[layout], data = `${place}/${layout}`, run = `${place}/run of ${layout}`;
  for (const category of ["hug", "push"]) await Deno.mkdir(`${data}/${category}`, { recursive: true });
  for (const [name, { bytes }] of files) await Deno.writeFile(`${data}/${name}`, bytes);
  await Deno.writeTextFile(`${data}/iadnet.json`, JSON.stringify({ layout, ...description }));
  const options = ["--format", "custom", "--split", "fold:1", "--preset", "tiny", "--workers", "1"];
  const { code, err } = await runCli(["train", "--data", data, ...options, ...args, "--out", run]);
  assertEquals(code, 0, err);
  return { run, data, results: JSON.parse(await Deno.readTextFile(`${run}/results.json`)) };
}

/** Scores of files that are dropped on the page of a run. */
async function drop(run: string, category: string, files: [name: string, bytes: Uint8Array][]) {
  await using served = await serveRun(run, { engine: "onnx-cpu" }, [place]);
  const got: number[] = [];
  for (const [name, bytes] of files) {
    const query = new URLSearchParams({ name: `my ${name.replace("/", " ")}`, category });
    const response = await served.handler(
      new Request(`http://127.0.0.1/score?${query}`, {
        method: "POST",
        body: bytes as Uint8Array<ArrayBuffer>,
        headers: { host: "127.0.0.1", "content-length": String(bytes.length) },
      }),
    );
    const answer: Scored & { error?: string } = await response.json();
    assertEquals(answer.error, undefined);
    got.push(answer.cases[0].score);
  }
  return got;
}

for (const [layout, [files]] of Object.entries(DATA)) {
  Deno.test(`A ${layout} file in millimetres, z up, has the score of the results, also when the data has moved`, async () => {
    const { run, data, results } = await train(layout);
    const [{ category, scores }] = results.categories;
    const tested = scores.map(({ clip }) => [...files].find(([, { id }]) => id === clip)!);
    const expected = scores.map(({ score }) => score);
    assert(tested.length > 1);
    const dropAll = () => drop(run, category, tested.map(([name, { bytes }]) => [name, bytes]));
    const model = `${run}/models/${category}.safetensors`;
    const named = async (path: string) => {
      const { code, out, err } = await runCli(["score", "--model", model, "--data", path]);
      assertEquals(code, 0, err);
      assertStringIncludes(err, "Reading ");
      return JSON.parse(out.trim().split("\n")[0]).score;
    };
    assertEquals(await dropAll(), expected);
    assertEquals(await named(`${data}/${tested[0][0]}`), expected[0]);
    const moved = `${place}/elsewhere`;
    await Deno.mkdir(moved);
    await Deno.rename(`${data}/${tested[1][0]}`, `${moved}/c.${layout}`);
    await Deno.remove(data, { recursive: true });
    assertEquals(await dropAll(), expected);
    assertEquals(await named(`${moved}/c.${layout}`), expected[1]);
    await Deno.remove(moved, { recursive: true });
    // A run that kept no description cannot say how to read the file.
    const source = JSON.parse(await Deno.readTextFile(`${run}/source.json`));
    delete source.description;
    await Deno.writeTextFile(`${run}/source.json`, JSON.stringify(source));
    await Deno.writeFile(`${place}/c.${layout}`, tested[1][1].bytes);
    const { code, err } = await runCli(["score", "--model", model, "--data", `${place}/c.${layout}`]);
    assertEquals(code, 2);
    assertStringIncludes(err, "the run does not keep the iadnet.json of its data");
  });
}

Deno.test("A pair of BVH files in centimetres, z up, has the score of the results, in a zip file and from a folder", async () => {
  const data = `${place}/bvh`,
    run = `${place}/run of bvh`,
    pairs = new Map<string, Record<string, Uint8Array>>();
  for (const [i, category] of ["hug", "push"].entries()) {
    for (let k = 0; k < 10; k++) {
      const [one, other] = [1, 2].map((person) =>
        bvh(
          Array.from({ length: 12 }, (_, t) => [10 * t * person + k, (30 + k) * (i - Math.sin(t))] as const),
        )
      );
      const id = `${category}/${k}`, pair = { [`${id}/P1.bvh`]: one, [`${id}/P2.bvh`]: other };
      pairs.set(id, pair);
      await Deno.mkdir(`${data}/${id}`, { recursive: true });
      for (const [name, bytes] of Object.entries(pair)) await Deno.writeFile(`${data}/${name}`, bytes);
    }
  }
  const how = { layout: "bvh", units: "cm", up: "z", group: "/(\\d+)$" };
  await Deno.writeTextFile(`${data}/iadnet.json`, JSON.stringify(how));
  const options = ["--format", "custom", "--split", "fold:1", "--detector", "knn-poses"];
  await outputOf("train", "--data", data, ...options, "--out", run);
  await Deno.remove(data, { recursive: true });
  const { categories: [{ category, scores }] }: Results = JSON.parse(
    await Deno.readTextFile(`${run}/results.json`),
  );
  const dropped = scores.map(({ clip }): [string, Uint8Array] => [`${clip}.zip`, zipSync(pairs.get(clip)!)]);
  assertEquals(await drop(run, category, dropped), scores.map(({ score }) => score));
  const model = `${run}/models/${category}.safetensors`;
  for (const [i, { clip, score }] of scores.slice(0, 2).entries()) {
    await Deno.writeFile(`${place}/clip.zip`, dropped[i][1]);
    await Deno.mkdir(`${place}/pair ${i}/${clip}`, { recursive: true });
    for (const [name, bytes] of Object.entries(pairs.get(clip)!)) {
      await Deno.writeFile(`${place}/pair ${i}/${name}`, bytes);
    }
    for (const path of [`${place}/clip.zip`, `${place}/pair ${i}`]) {
      assertEquals(JSON.parse(await outputOf("score", "--model", model, "--data", path)).score, score);
    }
  }
});

globalThis.addEventListener("unload", () => Deno.removeSync(place, { recursive: true }));
