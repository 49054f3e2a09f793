/** The converter of other programs' recordings, which is in Python. */
import { assert, assertEquals } from "@std/assert";
import { openDataset } from "../../lib/data/open_dataset.ts";
import { withFolder } from "../support/data_fixtures.ts";

const TOOL = new URL("../../tools/convert_skeletons.py", import.meta.url).pathname;

async function python(...args: string[]): Promise<{ code: number; out: string; errors: string }> {
  const { code, stdout, stderr } = await new Deno.Command("python3", { args }).output();
  const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, errors };
}

const needsNumPy = !await python("-c", "import numpy").then(({ code }) => code === 0).catch(() => false);

/** Writes a pickle as pyskl does: two clips of two people (one padded with zeros, in float16), one of one person, one in 2D. */
const MAKE = `
import pickle, sys, numpy as np
def clip(name, label, *shape):
    points = (np.arange(np.prod(shape)).reshape(shape) % 97 / 50 + .5).astype(np.float16)
    return dict(frame_dir=name, label=label, total_frames=shape[1], keypoint=points)
clips = [clip("S001C001P001R001A050", 49, 2, 4, 25, 3), clip("S001C001P002R001A051", 50, 2, 4, 25, 3),
         clip("S001C001P003R001A050", 49, 1, 4, 25, 3), clip("S001C001P004R001A050", 49, 2, 4, 25, 2)]
clips[1]["keypoint"][1, 0] = 0
content = dict(split=dict(train=["S001C001P001R001A050"]), annotations=clips)
pickle.dump(content, open(sys.argv[1], "wb"))
class Evil:
    def __reduce__(self): return exec, ("open(sys.argv[1] + '.ran', 'w')",)
pickle.dump([dict(frame_dir="x", label=0, keypoint=Evil())], open(sys.argv[2], "wb"))
`;

Deno.test({
  name:
    "Annotations of pyskl become a custom data set, and a pickle that would run code is refused (needs python3 with NumPy)",
  ignore: needsNumPy,
  fn: () =>
    withFolder({}, async (root) => {
      assertEquals((await python("-c", MAKE, `${root}/a.pkl`, `${root}/evil.pkl`)).code, 0);
      const bare = await python(TOOL, "pyskl", `${root}/a.pkl`, `${root}/out`);
      assertEquals([bare.code, bare.errors.includes("pyskl needs --skeleton")], [2, true]);
      const group = ["--group", "(P[0-9]+)"];
      const { code, out, errors } = await python(
        TOOL,
        "pyskl",
        `${root}/a.pkl`,
        `${root}/out`,
        "--skeleton",
        "kinect25",
        ...group,
      );
      assertEquals([code, out], [0, `Written: ${root}/out, 2 clips, 2 left out\n`]);
      assert(errors.includes("Left out S001C001P003R001A050: expected 2 people, found 1"));
      const { clips } = await openDataset(`${root}/out`, { format: "custom" });
      assertEquals(clips.map(({ id, group, frames }) => [id, group, frames]), [
        ["label-49/S001C001P001R001A050", "P001", 4],
        ["label-50/S001C001P002R001A051", "P002", 3],
      ]);
      assertEquals([clips[0].x[0], clips[0].x[1]], [0.5, 0.52001953125]); // float16
      const evil = await python(TOOL, "pyskl", `${root}/evil.pkl`, `${root}/none`, "--skeleton", "kinect25");
      assertEquals([evil.code, evil.errors.includes("it refers to builtins.exec, which is no array")], [
        1,
        true,
      ]);
    }),
});

Deno.test({
  name:
    "Skeletons of DUET become a custom data set, once the user says their unit (needs python3 with NumPy)",
  ignore: needsNumPy,
  fn: () => {
    const rows = Array.from(
      { length: 5 },
      (_, t) => [t * 33, ...Array.from({ length: 192 }, (_, k) => 1000 * t + 10 * k)].join(),
    );
    return withFolder({
      "duet/CC0102/10_20.csv": rows.join("\n"),
      "duet/CM1201/30_40.csv": [...Array(193).keys()].join() + "\n" + rows.join("\r\n"),
      "duet/CM1201/50_60.csv": rows.join("\n").replace(",1910\n", "\n"),
      "duet/odd/1.csv": "x",
    }, async (root) => {
      const bare = await python(TOOL, "duet", `${root}/duet`, `${root}/out`);
      assertEquals([bare.code, bare.errors.includes("duet needs --units")], [2, true]);
      const { code, out, errors } = await python(
        TOOL,
        "duet",
        `${root}/duet`,
        `${root}/out`,
        "--units",
        "mm",
      );
      assertEquals([code, out], [0, `Written: ${root}/out, 2 clips, 2 left out\n`]);
      assert(errors.includes("row 1: expected 193 columns, got 192") && errors.includes("not named LLIISS"));
      const { clips } = await openDataset(`${root}/out`, { format: "custom" });
      assertEquals(clips.map(({ id, group, frames, up }) => [id, group, frames, up]), [
        ["activity-01/CC0102_10_20", "02", 5, "-y"],
        ["activity-12/CM1201_30_40", "01", 5, "-y"],
      ]);
      assertEquals([clips[0].x[1], clips[0].y[0]], [0.01, 0.96].map(Math.fround));
    });
  },
});
