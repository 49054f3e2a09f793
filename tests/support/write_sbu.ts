/**
 * Clips written in the layout of SBU Kinect Interaction.
 *
 * @module
 */
import { UsageError } from "../../lib/core/errors.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { SBU_CATEGORIES, SBU_FILE, toMetres } from "../../lib/data/formats/sbu/clip.ts";
import { numberedGroup, requireSkeleton } from "./write.ts";

/** A clip of SBU's 15 joints as the text of a `skeleton_pos.txt`: the inverse of `parseSbuClip`. Numbers have the
 * release's 6 decimals, or as many more as it takes to give the same float32 back.
 *
 * @throws {UsageError} If the clip has other joints or is not y up.
 */
export function writeSbuClip(clip: Clip): string {
  requireSkeleton(clip, "sbu15", "SBU");
  const lines: string[] = [], width = 45;
  for (let frame = 0; frame < clip.frames; frame++) {
    const fields = [String(frame + 1)];
    for (const person of [clip.x, clip.y]) {
      for (let k = 0; k < width; k++) fields.push(formatField(person[frame * width + k], k % 3));
    }
    lines.push(`${fields.join(",")}\n`);
  }
  return lines.join("");
}

/** Write clips into `<pair>/<category>/<repetition>/skeleton_pos.txt` below `root`, one by one.
 *
 * @param clips Of SBU's 15 joints; their category is one of `SBU_CATEGORIES`, their group becomes the pair (`p` and its
 * number).
 * @returns The ids under which they are read again, in order.
 * @throws {UsageError} If a clip does not fit.
 */
export async function writeSbu(root: string, clips: Iterable<Clip> | AsyncIterable<Clip>): Promise<string[]> {
  const folders = new Map(Object.entries(SBU_CATEGORIES).map(([folder, category]) => [category, folder]));
  const counts = new Map<string, number>(), ids: string[] = [];
  for await (const clip of clips) {
    const folder = folders.get(clip.category);
    if (!folder) {
      throw new UsageError(
        `Cannot write ${clip.id} as SBU: category ${clip.category} is none of ${
          [...folders.keys()].join(", ")
        }`,
      );
    }
    const place = `p${String(numberedGroup(clip)).padStart(2, "0")}/${folder}`;
    const count = (counts.get(place) ?? 0) + 1;
    counts.set(place, count);
    const id = `${place}/${String(count).padStart(3, "0")}`;
    await Deno.mkdir(`${root}/${id}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${id}/${SBU_FILE}`, writeSbuClip(clip));
    ids.push(id);
  }
  return ids;
}

function formatField(metres: number, axis: number): string {
  const value = fromMetres(metres, axis);
  for (let decimals = 6; decimals < 17; decimals++) {
    const text = value.toFixed(decimals);
    if (Math.fround(toMetres(Number(text), axis)) === metres) return text;
  }
  return String(value);
}

/** The sensor's normalisation: the inverse of `toMetres`. */
export function fromMetres(metres: number, axis: number): number {
  if (axis === 0) return (1280 - 1000 * metres) / 2560;
  return axis === 1 ? (960 - 1000 * metres) / 1920 : metres * 0.78125;
}
