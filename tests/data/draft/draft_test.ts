import { assert, assertEquals, assertRejects } from "@std/assert";
import { draftDescription } from "../../../lib/data/draft/draft.ts";
import { openDataset } from "../../../lib/data/open_dataset.ts";
import type { Clip } from "../../../lib/data/clip.ts";
import { KINECT25, SBU15 } from "../../../lib/data/skeletons.ts";
import { DataError } from "../../../lib/core/errors.ts";
import { generateDataset } from "../../../lib/data/synthetic/mod.ts";
import { withFolder } from "../../support/data_fixtures.ts";
import { writeNpy } from "../../support/write_npy.ts";

const clipsOf = (skeleton: typeof KINECT25) =>
  generateDataset({ seed: 4, clipsPerCategory: 2, categories: ["hug", "kick"], skeleton }).map((clip, i) => ({
    ...clip,
    id: `c${i}`,
  }));

/** A table of clips, z up, in a unit. */
function table(clips: readonly Clip[], head: string, scale: number, separator = ","): string {
  const lines = [head];
  for (const { id, category, skeleton, frames, x, y } of clips) {
    for (let t = 0; t < frames; t++) {
      for (const [person, values] of [x, y].entries()) {
        for (const [joint, name] of skeleton.joints.entries()) {
          const at = (t * skeleton.joints.length + joint) * 3;
          const place = [values[at], -values[at + 2], values[at + 1]].map((value) => value * scale);
          lines.push([`${category}/${id}`, t, person + 1, name, ...place].join(separator));
        }
      }
    }
  }
  return lines.join("\n");
}

Deno.test("A draft of a table has its columns, skeleton, unit and up axis, and the data open with it as they were", async () => {
  const clips = clipsOf(KINECT25);
  for (const [unit, scale] of [["m", 1], ["cm", 100], ["mm", 1000]] as const) {
    await withFolder(
      { "all.csv": table(clips, "recording,frame_no,body,joint_name,px,py,pz", scale) },
      async (root) => {
        const draft = (await draftDescription(root))!;
        const { comment: _, ...fields } = draft.fields;
        assertEquals(fields, {
          layout: "csv",
          columns: {
            clip: "recording",
            frame: "frame_no",
            person: "body",
            joint: "joint_name",
            x: "px",
            y: "py",
            z: "pz",
          },
          skeleton: "kinect25",
          fps: null,
          units: unit,
          up: "z",
        });
        assertEquals([draft.complete, draft.comments.some((text) => text.startsWith("fps:"))], [false, true]);
        const whole = (await draftDescription(root, 30))!;
        assertEquals([whole.complete, whole.fields.fps], [true, 30]);
        const { clips: read } = await openDataset(root, {
          format: "custom",
          description: JSON.stringify(whole.fields),
        });
        assertEquals(
          read.map(({ id, frames, up }) => [id, frames, up]),
          clips.map((clip) => [`${clip.category}/${clip.id}`, clip.frames, "z"]),
        );
      },
    );
  }
});

Deno.test("A draft of arrays takes the skeleton from the number of joints, and asks where several have it", async () => {
  const files = (clips: readonly Clip[]) =>
    Object.fromEntries(clips.map((clip) => {
      const both = Float32Array.of(...clip.x, ...clip.y);
      return [
        `${clip.category}/${clip.id}.npy`,
        writeNpy(both, [2, clip.frames, clip.skeleton.joints.length, 3]),
      ];
    }));
  await withFolder(files(clipsOf(SBU15)), async (root) => {
    const { fields, complete } = (await draftDescription(root, 15))!;
    assertEquals([fields.layout, fields.skeleton, fields.units, fields.up, complete], [
      "npy",
      "sbu15",
      "m",
      "y",
      true,
    ]);
  });
});

Deno.test("A draft says what it cannot tell, and is none of data of other kinds", async () => {
  await withFolder({ "a.csv": "who,when,x,y\n1,2,3,4\n" }, async (root) => {
    const { fields, comments, complete } = (await draftDescription(root, 30))!;
    assertEquals(complete, false);
    assertEquals(fields.columns, { person: null, joint: null, z: null, frame: null });
    assertEquals(
      comments[0],
      "columns: write which of the columns who, when, x, y are frame, person, joint, z",
    );
  });
  await withFolder({ "a.csv": "time,p1_head_x,p1_head_y\n0,1,2\n" }, async (root) => {
    const { comments } = (await draftDescription(root))!;
    assert(comments.some((text) => text.includes('"wide": "p{person}_{joint}_{axis}"')));
  });
  await withFolder(
    { "notes.txt": "x" },
    async (root) => assertEquals(await draftDescription(root), undefined),
  );
  await assertRejects(() => draftDescription("/nowhere/at/all"), DataError, "found nothing");
});
