import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { zipSync } from "fflate";
import { openDataset } from "../../../../lib/data/open_dataset.ts";
import { openClipSource } from "../../../../lib/data/formats/registry.ts";
import { INTERX_CATEGORIES, parseInterxName } from "../../../../lib/data/formats/interx/names.ts";
import { readPickledIntegers } from "../../../../lib/data/formats/pickle.ts";
import { INTERX64 } from "../../../../lib/data/skeletons.ts";
import { splitDataset } from "../../../../lib/data/split.ts";
import { generateDataset } from "../../../../lib/data/synthetic/mod.ts";
import { pickleIntegers, writeInterx } from "../../../support/write_interx.ts";
import { DataError, UsageError } from "../../../../lib/core/errors.ts";
import { randomClip, withFolder } from "../../../support/data_fixtures.ts";
import { writeNpy } from "../../../support/write_npy.ts";

const CLIPS = generateDataset({
  seed: 2,
  clipsPerCategory: 6,
  categories: ["handshake", "hug", "kick"],
  skeleton: INTERX64,
  fps: 120,
  groups: 6,
});
const list = ({ group }: { group: string }) =>
  group === "g06" ? "test" as const : group === "g05" ? "val" as const : "train" as const;
const actor = ({ id }: { id: string }) => id.endsWith("1") ? 2 as const : 1 as const;

/** A tree of the clips, in a folder of its own. */
const withTree = (
  use: (root: string, ids: string[]) => Promise<void>,
  options: Parameters<typeof writeInterx>[2] = { list, actor },
) => withFolder({}, async (root) => await use(root, await writeInterx(root, CLIPS, options)));

/** The files below a folder as a zip. */
async function zipFolder(root: string, prefix = ""): Promise<Uint8Array<ArrayBuffer>> {
  const files: Record<string, Uint8Array> = {};
  for await (const { name } of Deno.readDir(root)) {
    for await (const file of Deno.readDir(`${root}/${name}`)) {
      files[`${prefix}${name}/${file.name}`] = await Deno.readFile(`${root}/${name}/${file.name}`);
    }
  }
  return zipSync(files) as Uint8Array<ArrayBuffer>;
}

Deno.test("clips written as Inter-X are read back bit for bit, from the folder and straight from skeletons.zip", () =>
  withTree(async (root, ids) => {
    await Deno.writeFile(`${root}/skeletons.zip`, await zipFolder(`${root}/skeletons`, "skeletons/"));
    const byId = new Map(ids.map((id, i) => [id, CLIPS[i]]));
    const check = async (path: string) => {
      const { clips, format } = await openDataset(path, { format: "interx" });
      assertEquals([format, clips.map((clip) => clip.id)], ["interx", ids.toSorted()]);
      for (const { id, group, ...clip } of clips) {
        const { id: _, group: written, ...rest } = byId.get(id)!;
        assertEquals({ ...clip, group: `g${group.slice(2)}` }, { ...rest, group: written });
      }
    };
    await check(root);
    await check(`${root}/skeletons/`);
    await check(`${root}/skeletons.zip`);
    await Deno.remove(`${root}/skeletons`, { recursive: true });
    await check(root);
  }));

Deno.test("Inter-X in float64, as released, is read as the nearest float32", () =>
  withTree(async (root, ids) => {
    const { clips } = await openDataset(root, { format: "interx" });
    assertEquals(clips.find((clip) => clip.id === ids[0])!.x, CLIPS[0].x);
  }, { type: "f8" }));

Deno.test("opening Inter-X lists clips, categories and groups without reading a joint", () =>
  withTree(async (root) => {
    const read: string[] = [];
    const source = await openClipSource(root, "interx", { onRead: (name) => void read.push(name) });
    assertEquals(read.filter((name) => name.endsWith(".npy")), []);
    assertEquals(source.entries.length, CLIPS.length);
    const [first] = source.entries;
    assertEquals([first.category, first.group, first.files.length], ["hug", "G001", 2]);
    const clip = await source.read(first);
    assertEquals([clip.fps, clip.skeleton.name, clip.up], [120, "interx64", "y"]);
    assertEquals(read.filter((name) => name.endsWith(".npy")).length, 2);
  }));

Deno.test("the paper's split is train against val and test, the official one leaves val out, group keeps groups apart", () =>
  withTree(async (root) => {
    const dataset = await openDataset(root, { format: "interx" });
    const sides = (name: string) => {
      const { train, test } = splitDataset(dataset, name, 0);
      const groups = (clips: typeof train) => [...new Set(clips.map((clip) => clip.group))].join(" ");
      return [train.length, groups(train), test.length, groups(test)];
    };
    assertEquals(sides("paper"), [12, "G001 G002 G003 G004", 6, "G005 G006"]);
    assertEquals(sides("official"), [12, "G001 G002 G003 G004", 3, "G006"]);
    assertEquals(sides("group"), [15, "G001 G002 G003 G004 G006", 3, "G005"]);
    assertThrows(
      () => splitDataset(dataset, "cross-subject", 0),
      UsageError,
      "known are paper, official, group",
    );
    await Deno.remove(`${root}/splits`, { recursive: true });
    const bare = await openDataset(root, { format: "interx" });
    assertThrows(() => splitDataset(bare, "paper", 0), UsageError, "known are group");
  }));

Deno.test("a list with a wrong name, or a clip in two lists, is refused with its line", () =>
  withTree(async (root) => {
    const file = `${root}/splits/val.txt`, good = await Deno.readTextFile(file);
    await Deno.writeTextFile(file, good.trimEnd().replaceAll("\n", "\r\n"));
    assertEquals((await openClipSource(root, "interx")).splits.get("paper")!.size, CLIPS.length);
    await Deno.writeTextFile(file, `${good}G001T000\n`);
    const error = await assertRejects(
      () => openClipSource(root, "interx"),
      DataError,
      `expected a clip's name`,
    );
    assertEquals([error.file, error.position], [file, "line 4"]);
    await Deno.writeTextFile(file, `G001T000A000R000\n`);
    await assertRejects(() => openClipSource(root, "interx"), DataError, "is also in line 5 of");
    await Deno.writeFile(file, new Uint8Array(5 * 2 ** 20).fill(10));
    await assertRejects(() => openClipSource(root, "interx"), DataError, "expected at most 4194304 bytes");
  }));

Deno.test("actorFirst puts person 2 first where interaction_order.pkl says 0, as the data set's author means it", () =>
  withTree(async (root, ids) => {
    const plain = await openDataset(root, { format: "interx" });
    const ordered = await openDataset(root, { format: "interx", actorFirst: true });
    const swapped = plain.clips.filter((clip, i) => {
      const { x, y } = ordered.clips[i], same = actor(CLIPS[ids.indexOf(clip.id)]) === 1;
      assertEquals([x, y], same ? [clip.x, clip.y] : [clip.y, clip.x]);
      return !same;
    });
    assertEquals(swapped.length, 3);
    const pickle = `${root}/annots/interaction_order.pkl`;
    await Deno.writeFile(pickle, pickleIntegers(new Map([[ids[0], 2]])));
    const open = () => openDataset(root, { format: "interx", actorFirst: true });
    await assertRejects(open, DataError, `expected 0 or 1 for ${ids[0]}, got 2`);
    await Deno.writeFile(pickle, pickleIntegers(new Map([[ids[0], 1]])));
    await assertRejects(open, DataError, "interaction_order.pkl has no");
    await Deno.remove(pickle);
    await assertRejects(open, DataError, "found nothing");
  }));

Deno.test("every n-th frame of Inter-X can be taken", () =>
  withTree(async (root, ids) => {
    const { clips } = await openDataset(root, { format: "interx", every: 4 });
    const clip = clips.find((clip) => clip.id === ids[0])!, [whole] = CLIPS;
    assertEquals([clip.fps, clip.frames], [30, Math.ceil(whole.frames / 4)]);
    assertEquals(clip.x.subarray(192, 384), whole.x.subarray(4 * 192, 5 * 192));
    await assertRejects(() => openClipSource(root, "interx", { every: 0 }), UsageError, "positive integer");
  }));

Deno.test("joints that are NaN are filled in between known frames and counted; one that never is known is refused", () =>
  withTree(async (root, ids) => {
    const file = `${root}/skeletons/${ids[0]}/P1.npy`;
    const damage = async (frames: readonly number[]) => {
      const values = CLIPS[0].x.slice();
      for (const t of frames) values[t * 192 + 5 * 3 + 1] = NaN;
      await Deno.writeFile(file, writeNpy(values, [CLIPS[0].frames, 64, 3]) as Uint8Array<ArrayBuffer>);
    };
    const source = await openClipSource(root, "interx"),
      entry = source.entries.find(({ id }) => id === ids[0])!;
    await damage([0, 7, 8, CLIPS[0].frames - 1]);
    const { x, interpolated } = await source.read(entry), at = (t: number) => t * 192 + 5 * 3;
    assertEquals(interpolated, 4);
    for (let k = 0; k < 3; k++) {
      const [a, b] = [CLIPS[0].x[at(6) + k], CLIPS[0].x[at(9) + k]];
      assertAlmostEquals(x[at(7) + k], (2 * a + b) / 3, 1e-6);
      assertAlmostEquals(x[at(8) + k], (a + 2 * b) / 3, 1e-6);
      assertEquals(x[at(0) + k], CLIPS[0].x[at(1) + k]);
    }
    await damage(Array.from({ length: CLIPS[0].frames }, (_, t) => t));
    await assertRejects(
      () => source.read(entry),
      DataError,
      "right_foot_end of person 1 is missing in every frame",
    );
  }));

Deno.test("a clip with one person, another shape or other lengths is refused, and skipped by a lenient import", () =>
  withTree(async (root, ids) => {
    const folder = (k: number) => `${root}/skeletons/${ids[k]}`;
    await Deno.remove(`${folder(0)}/P2.npy`);
    await Deno.writeFile(
      `${folder(1)}/P1.npy`,
      writeNpy(new Float32Array(61 * 3), [1, 61, 3]) as Uint8Array<ArrayBuffer>,
    );
    await Deno.writeFile(
      `${folder(2)}/P1.npy`,
      writeNpy(new Float32Array(192), [1, 64, 3]) as Uint8Array<ArrayBuffer>,
    );
    await Deno.writeFile(
      `${folder(3)}/P1.npy`,
      writeNpy(new Float32Array(0), [0, 64, 3]) as Uint8Array<ArrayBuffer>,
    );
    const { clips, skipped } = await openDataset(root, { format: "interx", lenient: true });
    assertEquals(clips.length, CLIPS.length - 4);
    const reasons = skipped.map(({ reason }) => reason).join("\n");
    for (
      const expected of [
        "found only one",
        "got [1,61,3]",
        "as many frames in P2.npy as in P1.npy",
        "expected shape [frames,64,3], got [0,64,3]",
      ]
    ) assert(reasons.includes(expected), reasons);
    await assertRejects(() => openDataset(root, { format: "interx" }), DataError);
  }));

Deno.test("what is not Inter-X is refused, saying what was expected and found", async () => {
  await withFolder({ "a.txt": "x" }, async (root) => {
    await assertRejects(() => openClipSource(root, "interx"), DataError, "found a.txt");
    await assertRejects(() => openClipSource(`${root}/a.txt`, "interx"), DataError, "as a zip file");
    await assertRejects(() => openClipSource(`${root}/b`, "interx"), DataError, "found nothing");
    await assertRejects(() => openClipSource(root, "smplx"), UsageError, "known are interx");
  });
  await withFolder({ "skeletons/G001T000A040R000/P1.npy": "" }, async (root) => {
    await assertRejects(
      () => openClipSource(root, "interx"),
      DataError,
      "expected an action below 40, got 40",
    );
  });
  for (const clip of [randomClip(0), { ...CLIPS[0], fps: 30 }, { ...CLIPS[0], category: "juggle" }]) {
    await withFolder({}, (root) => assertRejects(() => writeInterx(root, [clip]), UsageError).then(() => {}));
  }
});

Deno.test("Inter-X has 40 categories, each under one name and one column of the paper's tables", () => {
  assertEquals(INTERX_CATEGORIES.length, 40);
  for (const column of [0, 1]) {
    assertEquals(new Set(INTERX_CATEGORIES.map((names) => names[column])).size, 40);
  }
  assertEquals([INTERX_CATEGORIES[9], INTERX_CATEGORIES[39]], [["sit-on-leg", "Sit o leg"], [
    "fly-kiss",
    "Fly kiss",
  ]]);
  assertEquals(parseInterxName("G012T003A039R007"), { group: "G012", action: 39 });
  assertEquals(parseInterxName("G12T003A039R007"), undefined);
});

Deno.test("pickles of Python's protocols 1 to 5 are read", () => {
  const expected = new Map([["G001T000A000R000", 0], ["G001T000A000R001", 1], ["b", 300], ["c", -1], [
    "d",
    70000,
  ]]);
  for (const text of Object.values(PICKLES)) {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    assertEquals(readPickledIntegers(bytes, "a.pkl"), expected);
    for (let end = 0; end < bytes.length; end++) {
      assertThrows(
        () => readPickledIntegers(bytes.subarray(0, end), "a.pkl"),
        DataError,
        "Cannot read a.pkl",
      );
    }
  }
  const many = new Map(Array.from({ length: 3000 }, (_, k) => [`G${k}`, k % 2]));
  assertEquals(readPickledIntegers(pickleIntegers(many), "a.pkl"), many);
});

Deno.test("a pickle that would run or build anything else is refused at its instruction", () => {
  const cases: [string, string][] = [
    ["cos\nsystem\n(S'true'\ntR.", "instruction 0x63"],
    ["\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.", "instruction 0x93"],
    ["\x80\x02]q\x00.", "instruction 0x5d"],
    ["\x80\x02}q\x00X\x01\x00\x00\x00aX\x01\x00\x00\x00bs.", "items of text and integer"],
    ["\x80\x02}X\xff\xff\xff\x7fa", "ends inside the instruction"],
    ["\x80\x02K\x01.", "expected a dictionary"],
    ["}h\x05.", "nothing is stored as 5"],
    ["}u.", "no batch was begun"],
    ["}}", "expected one dictionary"],
    ["}\x94\x94", "no more stored values"],
    ["}q\x00q\x01", "no more stored values"],
    [".", "nothing is on the stack"],
    ["}\x8a\xff", "at most 6 bytes"],
    ["I1\n.", "instruction 0x49"],
  ];
  for (const [text, expected] of cases) {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    assertThrows(() => readPickledIntegers(bytes, "a.pkl"), DataError, expected);
  }
});

/** The dictionary above, pickled by Python 3, base64. */
const PICKLES: Readonly<Record<number, string>> = {
  1: "fXEAKFgQAAAARzAwMVQwMDBBMDAwUjAwMHEBSwBYEAAAAEcwMDFUMDAwQTAwMFIwMDFxAksBWAEAAABicQNNLAFYAQAAAGNxBEr/////WAEAAABkcQVKcBEBAHUu",
  2: "gAJ9cQAoWBAAAABHMDAxVDAwMEEwMDBSMDAwcQFLAFgQAAAARzAwMVQwMDBBMDAwUjAwMXECSwFYAQAAAGJxA00sAVgBAAAAY3EESv////9YAQAAAGRxBUpwEQEAdS4=",
  3: "gAN9cQAoWBAAAABHMDAxVDAwMEEwMDBSMDAwcQFLAFgQAAAARzAwMVQwMDBBMDAwUjAwMXECSwFYAQAAAGJxA00sAVgBAAAAY3EESv////9YAQAAAGRxBUpwEQEAdS4=",
  4: "gASVSAAAAAAAAAB9lCiMEEcwMDFUMDAwQTAwMFIwMDCUSwCMEEcwMDFUMDAwQTAwMFIwMDGUSwGMAWKUTSwBjAFjlEr/////jAFklEpwEQEAdS4=",
  5: "gAWVSAAAAAAAAAB9lCiMEEcwMDFUMDAwQTAwMFIwMDCUSwCMEEcwMDFUMDAwQTAwMFIwMDGUSwGMAWKUTSwBjAFjlEr/////jAFklEpwEQEAdS4=",
};
