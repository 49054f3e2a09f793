/**
 * Clips written in the layout of Inter-X.
 *
 * @module
 */
import { UsageError } from "../../lib/core/errors.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { INTERX_FPS } from "../../lib/data/formats/interx/source.ts";
import { categorySlug, INTERX_CATEGORIES } from "../../lib/data/formats/interx/names.ts";
import { numberedGroup, requireSkeleton } from "./write.ts";
import { writeNpy } from "./write_npy.ts";

/** How to write an Inter-X tree. */
export interface InterxWriteOptions {
  /** Category names in the order of their action numbers; Inter-X's own 40 if absent. */
  readonly categories?: readonly string[];
  /** Type of the numbers: `f4` is exact, `f8` is what the release has. `f4` if absent. */
  readonly type?: "f4" | "f8";
  /** The list that a clip stands in; `train` if absent. */
  readonly list?: (clip: Clip, id: string) => "train" | "val" | "test";
  /** Who acts, 1 or 2: written to `interaction_order.pkl`, which is left out if this is. */
  readonly actor?: (clip: Clip, id: string) => 1 | 2;
}

/** Write clips into `root` one by one: `skeletons/<clip>/P1.npy` and `P2.npy`, `splits/*.txt`,
 * `annots/action_setting.txt` and `annots/interaction_order.pkl`. Only names are kept in memory.
 *
 * @param clips Of Inter-X's 64 joints, 120 frames a second; their group has a number.
 * @returns The ids under which they are read again, in order.
 * @throws {UsageError} If a clip does not fit.
 */
export async function writeInterx(
  root: string,
  clips: Iterable<Clip> | AsyncIterable<Clip>,
  options: InterxWriteOptions = {},
): Promise<string[]> {
  const { type = "f4", list = () => "train" as const, actor } = options;
  const categories = options.categories ?? INTERX_CATEGORIES.map(([category]) => category);
  const counts = new Map<string, number>(), ids: string[] = [], order = new Map<string, number>();
  const lists: Record<"train" | "val" | "test", string[]> = { train: [], val: [], test: [] };
  const numbers = (values: Float32Array) => type === "f8" ? Float64Array.from(values) : values;
  for await (const clip of clips) {
    requireSkeleton(clip, "interx64", "Inter-X");
    const action = categories.indexOf(clip.category);
    if (action < 0 || clip.fps !== INTERX_FPS) {
      const why = action < 0
        ? `category ${clip.category} is none of ${categories.join(", ")}`
        : `expected ${INTERX_FPS} frames a second, got ${clip.fps}`;
      throw new UsageError(`Cannot write ${clip.id} as Inter-X: ${why}`);
    }
    const group = numberedGroup(clip), key = `${group} ${action}`, count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const part = (letter: string, value: number) => letter + String(value).padStart(3, "0");
    const id = part("G", group) + part("T", Math.floor(count / 1000)) + part("A", action) +
      part("R", count % 1000);
    const folder = `${root}/skeletons/${id}`;
    await Deno.mkdir(folder, { recursive: true });
    for (const [file, values] of [["P1.npy", clip.x], ["P2.npy", clip.y]] as const) {
      await Deno.writeFile(`${folder}/${file}`, writeNpy(numbers(values), [clip.frames, 64, 3]));
    }
    lists[list(clip, id)].push(id);
    if (actor) order.set(id, actor(clip, id) === 1 ? 1 : 0);
    ids.push(id);
  }
  await Deno.mkdir(`${root}/splits`, { recursive: true });
  await Deno.mkdir(`${root}/annots`, { recursive: true });
  for (const [name, names] of Object.entries({ ...lists, all: ids })) {
    await Deno.writeTextFile(`${root}/splits/${name}.txt`, names.map((id) => `${id}\n`).join(""));
  }
  await Deno.writeTextFile(`${root}/annots/action_setting.txt`, categories.map(categorySlug).join("\n"));
  if (actor) await Deno.writeFile(`${root}/annots/interaction_order.pkl`, pickleIntegers(order));
  return ids;
}

/** A pickled dictionary of text to integers from 0 to 255, protocol 2. */
export function pickleIntegers(values: ReadonlyMap<string, number>): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [0x80, 2, 0x7d, 0x71, 0, 0x28];
  for (const [key, value] of values) {
    const text = new TextEncoder().encode(key), { length } = text;
    bytes.push(
      0x58,
      length & 255,
      length >> 8 & 255,
      length >> 16 & 255,
      length >>> 24,
      ...text,
      0x4b,
      value,
    );
  }
  bytes.push(0x75, 0x2e);
  return Uint8Array.from(bytes);
}
