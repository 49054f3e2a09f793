/** A file that somebody drops on the page of a run. */
import type { Clip } from "../../lib/data/clip.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";

/** A clip as a table in long form. */
export function longTable({ frames, x, y, skeleton: { joints } }: Clip): Uint8Array<ArrayBuffer> {
  const rows = ["clip,frame,person,joint,x,y,z"];
  for (let t = 0; t < frames; t++) {
    [x, y].forEach((person, k) =>
      joints.forEach((joint, i) => {
        const at = (t * joints.length + i) * 3;
        rows.push(["a", t, k + 1, joint, ...person.subarray(at, at + 3)].join(","));
      })
    );
  }
  return new TextEncoder().encode(rows.join("\n"));
}

/** A generated clip as such a table. */
export function sentClip(): Uint8Array<ArrayBuffer> {
  return longTable(generateDataset({ seed: 9, clipsPerCategory: 1, categories: ["wave"] })[0]);
}
