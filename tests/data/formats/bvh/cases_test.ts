/** BVH data sets as users bring them, from folder to prepared clip. */
import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../../../lib/core/errors.ts";
import { openDataset } from "../../../../lib/data/open_dataset.ts";
import { prepareClip } from "../../../../lib/data/transforms/prepare.ts";
import { BVH, text } from "../../../support/custom_fixtures.ts";
import { exists, withFolder } from "../../../support/data_fixtures.ts";

const CASES = new URL("../../../../../shared/cases/", import.meta.url).pathname;
const PREPARATION = { frames: 4, align: "pair-yaw", scale: "none" } as const;

/** The prepared clip of a data set by joint, without static joints. */
async function prepared(path: string, extra = 0) {
  const { clips: [clip], warnings } = await openDataset(path, { format: "custom" });
  const { x, y } = prepareClip(clip, PREPARATION), joints = clip.skeleton.joints.length;
  const kept = (values: Float32Array) => [...values].filter((_, i) => Math.floor(i / 3) % joints >= extra);
  return { x: kept(x), y: kept(y), warnings, fps: clip.fps };
}

Deno.test({
  name: "A static node above the hips changes nothing of the prepared clip (needs ../shared/cases)",
  ignore: !exists(CASES),
  fn: async () => {
    const folder = `${CASES}07_bvh_root_is_not_the_pelvis`;
    const base = await prepared(`${folder}/data_base`), ref = await prepared(`${folder}/data_ref`, 1);
    assertEquals(base.x.slice(0, 1), [-0.75]);
    assertEquals([ref.x, ref.y], [base.x, base.y]);
  },
});

Deno.test({
  name: "Spellings and names of other programs give the same prepared clip (needs ../shared/cases)",
  ignore: !exists(CASES),
  fn: async () => {
    const base = await prepared(`${CASES}07_bvh_root_is_not_the_pelvis/data_base`);
    const folders = [
      ...["ZPosition", "bip01", "endlower", "fr_nospace", "ft_lower"].map((name) =>
        `16_bvh_spellings/${name}`
      ),
      ...["L_R", "UPPER", "daz", "dotLR"].map((name) => `17_bvh_left_right_names/${name}`),
    ];
    for (const folder of folders) assertEquals(await prepared(`${CASES}${folder}`), base, folder);
  },
});

Deno.test("A data set says once which joints have no partner, and landmarks of its description are used", () => {
  const file = text(BVH), own = BVH.replaceAll("Left", "A").replaceAll("Right", "B");
  const files = {
    "iadnet.json": text('{"layout":"bvh","units":"cm"}'),
    "hug/a/P1.bvh": file,
    "hug/a/P2.bvh": file,
    "hug/b/P1.bvh": file,
    "hug/b/P2.bvh": file,
  };
  return withFolder(files, async (root) => {
    const { warnings, clips } = await openDataset(root, { format: "custom" });
    assertEquals(warnings!.filter((text) => text.startsWith("Left")), [
      "Left and right are not exchanged in mirror images: no partner for LeftHand",
    ]);
    for (const clip of ["a", "b"]) {
      for (const person of [1, 2]) await Deno.writeTextFile(`${root}/hug/${clip}/P${person}.bvh`, own);
    }
    await assertRejects(
      () => openDataset(root, { format: "custom" }),
      DataError,
      "cannot tell its hips by name",
    );
    const skeleton = { pelvis: ["Hips"], hips: ["AUpLeg", 2], shoulders: ["AArm", "BArm"] };
    await Deno.writeTextFile(`${root}/iadnet.json`, JSON.stringify({ layout: "bvh", units: "cm", skeleton }));
    const other = await openDataset(root, { format: "custom" });
    assertEquals(other.clips[0].skeleton.hips, [1, 2]);
    assertEquals(other.clips[0].x, clips[0].x);
  });
});

Deno.test("Two files of a pair differ by two frames at most", async () => {
  const longer = (frames: number) =>
    BVH.replace("Frames: 2", `Frames: ${2 + frames}`) + `${BVH.trim().split("\n").at(-1)}\n`.repeat(frames);
  for (let frames = 0; frames < 5; frames++) {
    for (const person of [1, 2]) {
      const files = {
        "iadnet.json": text('{"layout":"bvh","units":"cm"}'),
        "hug/a/P1.bvh": text(BVH),
        "hug/a/P2.bvh": text(BVH),
        [`hug/a/P${person}.bvh`]: text(longer(frames)),
      };
      await withFolder(files, async (root) => {
        const open = () => openDataset(root, { format: "custom" });
        if (frames <= 2) assertEquals((await open()).clips[0].frames, 2);
        else {
          const counts = person === 1 ? `${2 + frames} and 2` : `2 and ${2 + frames}`;
          await assertRejects(open, DataError, `${counts} frames, more than 2 apart`);
        }
      });
    }
  }
});
