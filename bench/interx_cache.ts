// deno-lint-ignore-file no-console -- a benchmark prints
/**
 * A prepared cache of Inter-X's 40 categories and 64 joints, as large as one likes: a few generated clips, each time of another size.
 *
 *     deno run -A bench/interx_cache.ts --out out/interx [--clips 11388] [--frames 60]
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { buildCache, type CacheManifest, getSkeleton, INTERX_CATEGORIES } from "../lib/data/mod.ts";
import { INTERX_FPS } from "../lib/data/formats/interx/source.ts";
import { type Clip, generateDataset } from "../mod.ts";
import { writeInterx } from "../tests/support/write_interx.ts";

/** What such a cache holds. */
export interface InterxCache {
  readonly clips: number;
  readonly frames: number;
  /** Clips of the first category; as many as of the others if absent. */
  readonly own?: number;
}

/** So many clips, all different. */
function* clipsOf({ clips, frames, own }: InterxCache): Generator<Clip> {
  const bases = generateDataset({
    seed: 0,
    clipsPerCategory: 5,
    categories: ["hug", "handshake", "wave", "kick"],
    skeleton: getSkeleton("interx64"),
    fps: INTERX_FPS,
  });
  const [[first], ...others] = INTERX_CATEGORIES, count = INTERX_CATEGORIES.length;
  for (let k = 0; k < clips; k++) {
    const base = bases[k % bases.length], width = base.skeleton.joints.length * 3;
    const factor = 1 + k / clips / 10, stride = Math.floor(base.frames / frames);
    const [x, y] = [base.x, base.y].map((all) =>
      Float32Array.from(
        { length: frames * width },
        (_, i) => factor * all[Math.floor(i / width) * stride * width + i % width],
      )
    );
    const spread = k % count === 0 ? first : others[k % count - 1][0];
    const category = own === undefined ? spread : k < own ? first : others[k % others.length][0];
    yield { ...base, id: `${category}/${k}`, category, group: `pair ${k % 59}`, frames, x, y };
  }
}

/** Write clips, a fifth of each category to test, and prepare them into `cache`.
 * @param root An empty folder for the clips. */
export async function writeInterxCache(
  root: string,
  cache: string,
  what: InterxCache,
): Promise<CacheManifest> {
  const counts = new Map<string, number>();
  await writeInterx(root, clipsOf(what), {
    list: ({ category }) => {
      const count = counts.get(category) ?? 0;
      counts.set(category, count + 1);
      return count % 5 === 4 ? "test" : "train";
    },
  });
  const preparation = { frames: what.frames, align: "pair-yaw", scale: "none" } as const;
  return (await buildCache(root, { format: "interx" }, preparation, cache)).manifest;
}

if (import.meta.main) {
  const { clips, frames, out } = parseArgs(Deno.args, {
    string: ["clips", "frames", "out"],
    default: { clips: "11388", frames: "60", out: "out/interx" },
  });
  const root = await Deno.makeTempDir();
  try {
    const what = { clips: Number(clips), frames: Number(frames) };
    const manifest = await writeInterxCache(root, out ?? "", what);
    console.log(`Written: ${out}, ${manifest.clips.length} clips`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}
