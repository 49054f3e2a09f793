/** The way of a user with a depth camera: every command of `docs/your-data.md`, in order, on recordings without a description. */
import { assert, assertEquals } from "@std/assert";
import { generateDataset } from "../lib/data/synthetic/mod.ts";
import type { Clip } from "../lib/data/clip.ts";
import { KINECT25 } from "../lib/data/skeletons.ts";
import { runCli } from "./support/cli.ts";
import { withFolder } from "./support/data_fixtures.ts";
import { depthCameraTable } from "./support/depth_camera.ts";

/** A line that `score` prints. */
interface Row {
  readonly clip: string;
  readonly alarm: boolean;
}

const PAGE = new URL("../docs/your-data.md", import.meta.url);
const STREAM = Deno.readTextFileSync(new URL("stream.md", PAGE));
const FPS = 30, SEED = 11;

/** The page's commands, without `deno task`. */
const commands = [...Deno.readTextFileSync(PAGE).matchAll(/^ {4}deno task (.+)$/gm)].map(([, line]) =>
  line.split(" ")
);

const make = (clipsPerCategory: number, seed: number) =>
  generateDataset({
    seed,
    clipsPerCategory,
    categories: ["hug", "kick", "handshake"],
    skeleton: KINECT25,
    fps: FPS,
  });

/** A clip as a stream, metres, with time stamps. */
function framesOf({ frames, fps, x, y }: Clip): string {
  const width = x.length / frames;
  const lines = Array.from({ length: frames }, (_, t) => {
    const [a, b] = [x, y].map((values) => [...values.subarray(t * width, (t + 1) * width)]);
    return JSON.stringify({ x: a, y: b, t: t / fps });
  });
  return lines.join("\n") + "\n";
}

Deno.test("docs/your-data.md leads from recordings of a depth camera to alarms, by its own commands alone", async () => {
  const recorded = depthCameraTable(make(30, SEED), SEED);
  const fresh = make(5, SEED + 1).map((clip) => ({ ...clip, id: `new-${clip.id}` }));
  assert(recorded.damage.lost > 100 && recorded.damage.short > 5);
  await withFolder(
    {
      "recordings/all.csv": recorded.text,
      "new.csv": depthCameraTable(fresh, SEED + 1).text,
      "frames.ndjson": framesOf(fresh.find(({ category }) => category === "kick")!),
    },
    async (root) => {
      const run = async (words: readonly string[]) => {
        const paths = words.map((word) =>
          /^(recordings$|runs\/|new\.csv$|frames\.ndjson$)/.test(word) ? `${root}/${word}` : word
        );
        const redirect = paths.indexOf("<"), args = redirect < 0 ? paths : paths.slice(0, redirect);
        const result = await runCli(args, redirect < 0 ? "" : await Deno.readTextFile(paths[redirect + 1]));
        assertEquals(result.code, 0, `${words.join(" ")}: ${result.err}`);
        return result;
      };
      const outputs = [];
      for (const words of commands) outputs.push(await run(words));
      assertEquals(commands.map(([verb]) => verb), [
        "inspect",
        "inspect",
        "inspect",
        "train",
        "score",
        "report",
        "train",
        "score",
      ]);
      const description = JSON.parse(await Deno.readTextFile(`${root}/recordings/iadnet.json`));
      assertEquals([
        description.layout,
        description.skeleton,
        description.units,
        description.up,
        description.fps,
      ], [
        "csv",
        "kinect25",
        "mm",
        "y",
        undefined,
      ]);
      const [, , inspected, trained, scored] = outputs;
      assert(
        inspected.err.includes(`Cut: `) && inspected.err.includes("Interpolated: "),
        inspected.err,
      );
      assert(inspected.out.includes("90 clips of custom: 3 categories"), inspected.out);
      assert(/hug\s/.test(trained.out), trained.out);
      const rows: Row[] = scored.out.trim().split("\n").map((line) => JSON.parse(line));
      const alarms = (category: string) =>
        rows.filter(({ clip, alarm }) => clip.includes(category) && alarm).length;
      assertEquals([rows.length, alarms("kick"), alarms("handshake")], [15, 5, 5]);
      assert(alarms("hug") <= 2, scored.out);
      const page = `${root}/runs/mine/report.html`;
      assert((await Deno.readTextFile(page)).includes("handshake"), outputs[5].out);
      const live: Pick<Row, "alarm">[] = outputs.at(-1)!.out.trim().split("\n").map((line) =>
        JSON.parse(line)
      );
      const documented = [...STREAM.matchAll(/^\| `(\w+)` /gm)].map(([, key]) => key);
      for (const key of live.flatMap((row) => Object.keys(row))) assert(documented.includes(key), key);
      assert(live.length > 10 && live.some(({ alarm }) => alarm), outputs.at(-1)!.out);
    },
  );
});
