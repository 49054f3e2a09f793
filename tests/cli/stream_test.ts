import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { generateDataset, getPreset, IADNet } from "../../mod.ts";
import { runCli } from "../support/cli.ts";

const folder = await Deno.makeTempDir();
const clips = generateDataset({ seed: 0, clipsPerCategory: 8, categories: ["hug"] });
const [clip] = clips, width = clip.x.length / clip.frames, window = getPreset("window");
const preset = { ...window, window: 0.5, training: { ...window.training, epochs: 2 } };

async function save(name: string, fps: number): Promise<string> {
  const detector = new IADNet({ preset, engine: "onnx-cpu", threads: 1 });
  await detector.fit(clips.slice(1).map((own) => ({ ...own, fps })), { seed: 0 });
  await detector.save(`${folder}/${name}`);
  return `${folder}/${name}`;
}

const model = await save("a,b.safetensors", clip.fps), size = Math.round(clip.fps / 2);

/** Lines of the clip's first frames. */
const linesOf = (frames: number) =>
  Array.from({ length: frames }, (_, t) => {
    const cut = (values: Float32Array) => Array.from(values.subarray(t * width, (t + 1) * width));
    return JSON.stringify({ x: cut(clip.x), y: cut(clip.y), t: t / clip.fps });
  });

const stream = (lines: readonly string[], ...args: string[]) =>
  runCli(["score", "--stream", "--model", model, ...args], lines.join("\n"));

Deno.test("Bad lines are reported, and the stream goes on at the rate of the training clips", async () => {
  const lines = linesOf(3 * size + 2), bad = size + 1;
  const { x } = JSON.parse(lines[bad]);
  for (
    const [line, missing] of [
      [JSON.stringify({ x, y: null }), "person 2 is missing"],
      [JSON.stringify({ x, y: x }).replace(/"y":\[[^,]*/, '"y":[NaN'), "person 2: "],
      ["not a frame", "the line is not JSON"],
    ]
  ) {
    const { code, out, err } = await stream(lines.with(bad, line));
    assertEquals(code, 0, err);
    assertStringIncludes(err, `Reading frames in metres, y up, ${clip.fps} per second`);
    assertStringIncludes(err, "Frames with something missing: ");
    const rows = out.trim().split("\n").map((text) => JSON.parse(text));
    assertEquals(rows.slice(0, 2).map(({ frame, score }) => [frame, score > -Infinity]), [
      [size - 1, true],
      [size, true],
    ]);
    assertEquals([rows[2].frame, rows[2].model, rows[2].score], [bad, "hug", undefined]);
    assertStringIncludes(rows[2].missing, missing);
    // A line without a time stamp is a gap in time as well: the window begins with the frame after it.
    const scored = rows.filter(({ score }) => score !== undefined).map(({ frame }) => frame);
    assertEquals(scored.slice(2), Array.from({ length: size + 1 }, (_, i) => bad + size + i));
  }
});

Deno.test("The smallest possible p that is printed is that of the rows: of windows", async () => {
  const { out, err } = await stream(linesOf(size), "--alpha", "0.1");
  const { smallestP, p } = JSON.parse(out);
  assertStringIncludes(err, `Smallest possible p-value of hug: ${smallestP.toPrecision(3)} (`);
  assert(p >= smallestP && smallestP < 1 / 8);
});

Deno.test("A frame rate out of range is refused, and so is none where the models have several", async () => {
  for (const fps of ["0", "nan", "1001"]) {
    const { code, err } = await stream(linesOf(1), `--fps=${fps}`);
    assertEquals(code, 2);
    assertStringIncludes(err, "fps must be above 0 and at most 1000");
  }
  const other = await save("c.safetensors", 15);
  const { code, err } = await runCli(["score", "--stream", "--model", `${model},${other}`], "{}");
  assertEquals(code, 2);
  assertStringIncludes(err, `trained at ${clip.fps} and 15 frames per second; give --fps`);
});

Deno.test("Pairs that take turns are each scored as a stream of its own, by every model", async () => {
  const lines = linesOf(2 * size),
    of = (pair: unknown, list: readonly string[]) =>
      list.map((line) => JSON.stringify({ ...JSON.parse(line), pair }));
  const second = await save("second.safetensors", clip.fps), models = ["--model", `${model},${second}`];
  const mixed = of("a", lines).flatMap((line, i) => i < size ? [line, of(2, lines)[i]] : [line]);
  const read = async (list: readonly string[]) => {
    const { code, out, err } = await runCli(["score", "--stream", ...models], list.join("\n"));
    assertEquals(code, 0, err);
    return out.trim().split("\n").map((text) => JSON.parse(text));
  };
  const [rows, alone] = [await read(mixed), await read(lines)];
  for (const [pair, own] of [["a", alone], [2, alone.slice(0, 2)]] as const) {
    assertEquals(rows.filter((row) => row.pair === pair), own.map((row) => ({ ...row, pair })));
  }
  assertEquals(alone.slice(0, 4).map(({ frame, model }) => [frame, model]), [
    [size - 1, "hug"],
    [size - 1, "hug"],
    [size, "hug"],
    [size, "hug"],
  ]);

  // A line of one pair that cannot be read breaks the window of that pair alone; one of an unknown pair those of all.
  const scored = (list: readonly { pair: unknown; score?: number; frame: number }[], pair: unknown) =>
    new Set(list.filter((row) => row.pair === pair && row.score !== undefined).map(({ frame }) => frame))
      .size;
  const both = of("a", lines).flatMap((line, i) => [line, of(2, lines)[i]]);
  for (const [bad, left] of [['{"x": 1, "pair": 2}', [size + 1, 1]], ["not a frame", [1, 1]]] as const) {
    const seen = await read(both.toSpliced(2 * size, 0, bad));
    assertEquals([scored(seen, "a"), scored(seen, 2)], left.map((count) => count === 1 ? 2 : count), bad);
  }
});

Deno.test("--adapt ranks windows among the latest, --change says how the evidence grows", async () => {
  const lines = Array.from({ length: 6 }, () =>
    linesOf(clip.frames).map((line) => {
      const { x, y } = JSON.parse(line);
      return JSON.stringify({ x, y });
    })).flat();
  const { code, out, err } = await stream(lines, "--adapt", "3", "--change", "0.1", "--alpha", "0.3");
  assertEquals(code, 0, err);
  const rows = out.trim().split("\n").map((text) => JSON.parse(text));
  assertEquals(rows[0].evidence > 0 && rows[0].changed === false, true);
  assert(rows[0].smallestP !== 1 / 4); // not full: among the windows of the fit
  const later = rows.slice(3 * size);
  assert(later.every(({ smallestP, p }) => smallestP === 1 / 4 && Number.isInteger(4 * p)));
  assert(later.every(({ p, alarm }) => alarm === p <= 0.3));
  for (
    const [option, value, why] of [["adapt", "0", "from 1 to 100000"], ["change", "1", "between 0 and 1"]]
  ) {
    const refused = await stream(linesOf(1), `--${option}`, value);
    assertEquals(refused.code, 2);
    assertStringIncludes(refused.err, why);
  }
});

Deno.test("The stream ends quietly where nobody reads the rows any more", async () => {
  const script =
    `"$0" run -A lib/cli/launch.ts score --stream --model "$1" < "$2" | head -1; echo \${PIPESTATUS[0]}`;
  await Deno.writeTextFile(`${folder}/frames`, `${linesOf(clip.frames).join("\n")}\n`.repeat(5));
  const { stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", script, Deno.execPath(), model, `${folder}/frames`],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  const [row, code] = new TextDecoder().decode(stdout).trim().split("\n"),
    err = new TextDecoder().decode(stderr);
  assertEquals([JSON.parse(row).frame, code], [size - 1, "0"], err);
  assert(!/error|pipe/i.test(err), err);
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
