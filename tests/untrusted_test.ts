import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { buildCache, getSkeleton, openCache } from "../lib/data/mod.ts";
import { MANIFEST_FILE } from "../lib/data/formats/cache/files.ts";
import { createFloor } from "../lib/detectors/floors/floors.ts";
import {
  createDetector,
  DataError,
  type Detector,
  detectorFromBytes,
  generateDataset,
  IADNet,
  IadnetError,
  openSharedEngine,
  syntheticDataset,
} from "../mod.ts";
import { Random } from "../lib/data/mod.ts";
import { verifyRun } from "../lib/experiments/mod.ts";
import { VERSION } from "../lib/core/version.ts";
import { makeManifest, readManifest } from "../lib/experiments/manifest.ts";
import { RunDirectory } from "../lib/experiments/run_directory.ts";
import { runCells } from "../lib/experiments/runner.ts";
import { writeChecksummedJson } from "../lib/core/checksummed_json.ts";
import { parseSkeleton } from "../lib/data/skeletons.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../lib/training/checkpoint/checkpoint.ts";
import { decodeSafetensors, encodeSafetensors } from "../lib/core/safetensors.ts";
import { inFolder, writeSmallData } from "./faults/kit.ts";
import { signed } from "./support/mutate.ts";

const engine = await openSharedEngine("onnx-cpu", 1);
const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
const fitted = async (detector: Detector) => {
  await detector.fit(clips, { seed: 0 });
  return detector.toBytes();
};
const MODEL = await fitted(new IADNet({ preset: "tiny", engine }));
const FLOOR = await fitted(createFloor("knn-poses"));

/** A parsed JSON value with junk in one place, at most three deep. */
function spoil<T>(root: T, random: Random): T {
  let at = root as Record<string, unknown>;
  for (let depth = random.integer(3); depth >= 0 && Object.keys(at).length > 0; depth--) {
    const own = random.pick(Object.keys(at)), inner = at[own];
    if (depth === 0 || typeof inner !== "object" || inner === null) {
      at[own] = random.pick([null, -1, 0, 1.5, 1e300, "", "x", [], {}, true, [1, 2], { a: 1 }]);
      break;
    }
    at = inner as Record<string, unknown>;
  }
  return root;
}

type Header = Record<string, Record<string, unknown>>;

/** A file with a changed header and, unless it has none, a right checksum: what an attacker makes. */
function forge(bytes: Uint8Array, change: (header: Header) => void, data?: Uint8Array): Uint8Array {
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header: Header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + size)));
  change(header);
  if (header.__metadata__?.sha256) header.__metadata__.sha256 = "0".repeat(64);
  const text = new TextEncoder().encode(JSON.stringify(header)), values = data ?? bytes.subarray(8 + size);
  const out = new Uint8Array(8 + text.length + values.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(text.length), true);
  out.set(text, 8);
  out.set(values, 8 + text.length);
  return header.__metadata__?.sha256 ? signed(out) : out;
}

/** Change one part of a model's metadata. */
const change = (key: string, edit: (value: Record<string, unknown>) => unknown) => (header: Header) => {
  const value = JSON.parse(String(header.__metadata__[key]));
  header.__metadata__[key] = JSON.stringify(edit(value) ?? value);
};

/** Change the preset of an IADNet's model file. */
const changePreset = (edit: (preset: Header) => void) =>
  change("options", (options) => edit(options.preset as Header));

const HOSTILE: Readonly<Record<string, readonly [(header: Header) => void, string]>> = {
  "a missing tensor": [(h) => {
    h["model.flow.other"] = h["model.flow.bias"];
    delete h["model.flow.bias"];
  }, "lies at"],
  "a tensor under another name": [
    (h) => rename(h, "model.flow.bias", "model.flow.biases"),
    "tensor model.flow.bias is missing",
  ],
  "a tensor of another shape": [
    (h) => h["model.flow.bias"].shape = [...h["model.flow.bias"].shape as number[]].reverse(),
    "tensor model.flow.bias has shape",
  ],
  "a tensor that declares more than there is": [
    (h) => h["model.flow.bias"].shape = [2 ** 40, 2 ** 40],
    "lies at",
  ],
  "a tensor named like a prototype": [
    (h) => rename(h, "model.flow.bias", "__proto__"),
    "__proto__",
  ],
  "a million folds": [
    change("calibration", () => Array(1e6).fill({ clips: [], windows: [] })),
    "at most 1000",
  ],
  "a billion units": [changePreset(({ model }) => void (model.units = 1e9)), "is missing"],
  "a huge embedding": [changePreset(({ model }) => void (model.embedding = 2 ** 40)), "has shape"],
  "no preset": [change("options", () => ({ preset: "nothing" })), "Cannot use model"],
  "a list as options": [change("options", () => []), "options must be an object"],
  "no configuration": [
    changePreset((preset) => void (preset.model = {})),
    "embedding must be a whole number from 1",
  ],
  "a switch that is no switch": [
    changePreset(({ model }) => void (model.share = "no")),
    "share must be true or false",
  ],
  "another number of frames": [
    changePreset(({ preparation }) => void (preparation.frames = 17)),
    "tensor model.position has shape",
  ],
  "windows without length": [
    changePreset((preset) => void (preset.window = 0 as never)),
    "windows of 0 s",
  ],
  "calibration that is no number": [
    change("calibration", () => [{ clips: ["1"], windows: [] }]),
    "calibration",
  ],
  "one fold too many": [
    change("calibration", (
      folds,
    ) => [...folds as unknown as unknown[], { clips: [1], windows: [1], numbers: {} }]),
    "whiten.basis must keep 1 to",
  ],
  "the name of no detector": [(h) => h.__metadata__.detector = "none", "Cannot find detector none"],
  "the name of another detector": [(h) => h.__metadata__.detector = "stg-nf", "Cannot use model"],
  "no seed": [(h) => h.__metadata__.seed = "x", "seed"],
  "no category": [(h) => delete h.__metadata__.category, "category"],
  "a mirror that leads out of the skeleton": [
    change("skeleton", (s) => void (s.mirror = (s.mirror as number[]).map(() => 99))),
    "mirror",
  ],
  "other joints under a known skeleton's name": [
    change("skeleton", (s) => void ((s.pelvis as number[])[0] = 3)),
    "another skeleton of that name is known",
  ],
};

function rename(header: Header, from: string, to: string): void {
  const entries = Object.entries(header);
  for (const key of Object.keys(header)) delete header[key];
  for (const [key, value] of entries) {
    const how = { value, enumerable: true, configurable: true, writable: true };
    Object.defineProperty(header, key === from ? to : key, how); // an assignment to __proto__ would not add it
  }
}

/** Split a tensor off the end of the file's last one. */
function extra(header: Header, last: string): void {
  const { shape, data_offsets: [from, to] } = header[last] as { shape: number[]; data_offsets: number[] };
  const names = Object.keys(header), end = header[names.at(-1)!].data_offsets as number[];
  header["model.2.x"] = { dtype: "F32", shape: [0], data_offsets: [end[1], end[1]] };
  header[last] = { dtype: "F32", shape, data_offsets: [from, to] };
}

for (const [name, [edit, says]] of Object.entries(HOSTILE)) {
  Deno.test(`A model file with ${name}, though its checksum is right, is refused as it is loaded`, () => {
    const before = JSON.stringify(getSkeleton(clips[0].skeleton.name));
    const error = assertThrows(() => detectorFromBytes(forge(MODEL, edit), "m"), DataError);
    assert(error.message.includes(says), error.message);
    assertEquals(JSON.stringify(getSkeleton(clips[0].skeleton.name)), before);
  });
}

Deno.test("A forged model file is refused, or scores: never another kind of error", async () => {
  const random = new Random(5);
  let refused = 0;
  for (let k = 0; k < 150; k++) {
    const bytes = forge(MODEL, (header) => {
      const key = random.pick(["options", "skeleton", "calibration"]);
      header.__metadata__[key] = JSON.stringify(spoil(JSON.parse(String(header.__metadata__[key])), random));
    });
    try {
      const detector = detectorFromBytes(bytes, "forged", { engine });
      assertEquals((await detector.score(clips.slice(0, 1))).length, 1);
    } catch (error) {
      assert(error instanceof IadnetError, String((error as Error).stack));
      refused++;
    }
  }
  assert(refused > 75, String(refused));
});

Deno.test("A floor's file with rows of another width or without rows is refused", () => {
  const narrow = (h: Header) => {
    const [count, width] = h["model.rows"].shape as number[];
    h["model.rows"].shape = [count * 2, width / 2];
  };
  assertThrows(() => detectorFromBytes(forge(FLOOR, narrow), "f"), DataError, "tensor model.rows has shape");
  assertThrows(
    () => detectorFromBytes(forge(FLOOR, (h) => rename(h, "model.rows", "model.row")), "f"),
    DataError,
    "rows of features are missing",
  );
  assertThrows(() => detectorFromBytes(forge(FLOOR, (h) => h.__metadata__.options = "3"), "f"), DataError);
  const { tensors } = decodeSafetensors(FLOOR, "f");
  assertEquals(tensors["model.rows"].shape[0], clips.length);
});

for (const spec of ["stg-nf:epochs=1", "ml-aad:epochs=1", "mocodad:epochs=1,samples=1,batch=64,stride=20"]) {
  Deno.test(`A file of ${spec.split(":")[0]} without a tensor, with another or with another shape is refused as it is loaded`, async () => {
    const bytes = await fitted(createDetector(spec, { engine }));
    const [name, shaped] = Object.entries(decodeSafetensors(bytes, "m").tensors)
      .findLast(([, { shape }]) => shape.length > 1)!;
    assertEquals(detectorFromBytes(bytes, "m", { engine }).toBytes(), bytes);
    const cases: [(header: Header) => void, string][] = [
      [(h) => extra(h, name), "unexpected tensor model.2.x"],
      [(h) => rename(h, name, `${name}s`), `tensor ${name} is missing`],
      [(h) => h[name].shape = [...shaped.shape].reverse().concat(1), `tensor ${name} has shape`],
    ];
    for (const [edit, says] of cases) {
      assertThrows(() => detectorFromBytes(forge(bytes, edit), "m"), DataError, says);
    }
    const { tensors, metadata: { sha256: _, ...metadata } } = decodeSafetensors(bytes, "m");
    const { [name]: _gone, ...less } = tensors;
    assertThrows(
      () => detectorFromBytes(encodeSafetensors(less, metadata), "m"),
      DataError,
      `tensor ${name} is missing`,
    );
    const many = Array.from({ length: 900 }, (_, i) => `j${i}`);
    const skeleton = {
      ...JSON.parse(metadata.skeleton),
      name: `many of ${spec}`,
      joints: many,
      parents: many.map((_, i) => i - 1),
      mirror: many.map((_, i) => i),
    };
    assertThrows(
      () =>
        detectorFromBytes(
          encodeSafetensors({ [name]: tensors[name] }, { ...metadata, skeleton: JSON.stringify(skeleton) }),
          "m",
        ),
      DataError,
      "too few for 900 joints",
    );
  });
}

Deno.test("A file without a checksum is refused", () => {
  const bare = forge(MODEL, (header) => delete header.__metadata__.sha256);
  assertThrows(() => detectorFromBytes(bare, "m"), DataError, "no checksum");
  const other = forge(
    MODEL,
    (header) => header.__metadata__ = { sha257: "", ...header.__metadata__, sha256: undefined },
  );
  assertThrows(() => detectorFromBytes(other, "m"), DataError, "no checksum");
});

Deno.test("Tensors that are not finite are refused as a model is loaded", () => {
  const { tensors, metadata: { sha256: _, ...metadata } } = decodeSafetensors(MODEL, "m");
  const spoilt = {
    ...tensors,
    "model.flow.bias": {
      ...tensors["model.flow.bias"],
      values: tensors["model.flow.bias"].values.map(() => NaN),
    },
  };
  assertThrows(
    () => detectorFromBytes(encodeSafetensors(spoilt, metadata), "m"),
    DataError,
    "of model.flow.bias is NaN",
  );
});

Deno.test("A forged checkpoint is refused", () => {
  const list = { shape: [1], values: Float32Array.of(1) };
  const state = {
    done: false,
    steps: 1,
    values: { "p:w": list },
    random: [1, 2, 3, 4],
    order: [0],
    loss: [1],
    featureStd: [],
  };
  const bytes = encodeCheckpoint({ fit: "{}", training: "main", state });
  assertEquals(decodeCheckpoint(bytes, "c").state, state);
  for (
    const progress of [
      "nothing",
      "null",
      `{"done":1}`,
      `{"done":true,"steps":2,"random":[1,2,3,4],"order":[0]}`,
      `{"done":true,"steps":1,"random":[1],"order":[0]}`,
      `{"done":true,"steps":1,"random":[1,2,3,4],"order":["a"]}`,
    ]
  ) {
    const forged = forge(bytes, (header) => header.__metadata__.progress = progress);
    assertThrows(() => decodeCheckpoint(forged, "c"), DataError, "Cannot use checkpoint c");
  }
  assertThrows(
    () => decodeCheckpoint(forge(bytes, (h) => h.__metadata__.layout = "3"), "c"),
    DataError,
    "written by another version",
  );
  assertThrows(() => decodeCheckpoint(MODEL, "c"), DataError, "written by another version");
});

Deno.test("A category with a name like a path stays in the run directory", async () => {
  await inFolder(async (folder) => {
    const category = "../../../escaped", other = "../..";
    const named = clips.map((clip, i) => ({ ...clip, category: i % 2 ? category : other }));
    const dataset = {
      ...syntheticDataset({ seed: 0, clipsPerCategory: 2, categories: ["hug"] }),
      clips: named,
    };
    const folds = new Map(named.map(({ id }, i) => [id, 1 + (i >> 1) % 2]));
    const whole = { ...dataset, folds, categories: [category, other] };
    const manifest = makeManifest({
      ...{
        kind: "train",
        dataset: whole,
        source: { synthetic: { seed: 0 } },
        engine: "onnx-cpu",
        threads: 1,
      },
      ...{ detectors: ["knn-poses"], splits: ["fold:1"], splitSeed: 0, seeds: [0], models: "knn-poses" },
    });
    const run = await RunDirectory.create(`${folder}/runs/a`, manifest);
    const results = await runCells(manifest, { folder: run.folder, dataset: whole });
    assertEquals(await run.folder.finished(0), results.get(0));
    await run.finish({ json: { categories: [{ category }, { category: other }] }, table: "" });
    await verifyRun(`${folder}/runs/a`);
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["runs"]);
    assertEquals((await Array.fromAsync(Deno.readDir(`${folder}/runs`))).map(({ name }) => name), ["a"]);
  });
});

Deno.test("A skeleton of a file is adopted once, and not under a known name with other joints", () => {
  const own = { ...getSkeleton("sbu15"), name: "mine of the tests" };
  assertEquals(parseSkeleton(own), own);
  assertEquals(parseSkeleton(structuredClone(own)), own);
  for (
    const bad of [
      null,
      3,
      [],
      { ...own, name: "" },
      { ...own, joints: [] },
      { ...own, joints: Array(1001).fill("a") },
      { ...own, parents: "0" },
      { ...own, pelvis: [] },
      { ...own, hips: [0] },
      { ...own, hips: [0, 99] },
      { ...own, up: "w" },
      { ...own, pelvis: [1] },
    ]
  ) {
    assertThrows(() => parseSkeleton(bad), IadnetError, "Cannot use skeleton");
  }
});

Deno.test("A cache whose manifest is forged, though its checksum is right, is refused, or opens: never another kind of error", async () => {
  await inFolder(async (folder) => {
    const random = new Random(6), file = `${folder}/cache/${MANIFEST_FILE}`;
    await writeSmallData(`${folder}/data`);
    const preparation = { frames: 8, align: "pair-yaw", scale: "none" } as const;
    const { manifest } = await buildCache(
      `${folder}/data`,
      { format: "sbu" },
      preparation,
      `${folder}/cache`,
    );
    let refused = 0;
    for (let k = 0; k < 150; k++) {
      await writeChecksummedJson(file, spoil(structuredClone(manifest), random)); // its checksum is right
      await openCache(`${folder}/cache`).catch((error) => {
        assert(error instanceof DataError, String(error.stack));
        refused++;
      });
    }
    assert(refused > 40, String(refused));
  });
});

const RUN: Record<string, unknown> = {
  ...{ format: "iadnet-run", version: VERSION, kind: "train", engine: "onnx-cpu", threads: 1, splitSeed: 0 },
  cells: [{ detector: "knn-poses", category: "hug", split: "fold:1", seed: 0 }],
  data: {
    source: { path: "0", options: { format: "synthetic" }, treatments: [] },
    ...{ hash: "", format: "synthetic", categories: ["hug"], groups: {} },
  },
};

Deno.test("A run manifest of wrong types is refused, though its checksum is right", async () => {
  await inFolder(async (folder) => {
    const data = RUN.data as Record<string, unknown>;
    const hostile: Record<string, unknown>[] = [
      ...[null, 5, {}, { path: 5 }, { path: "0", options: {} }, { synthetic: { seed: "x" } }]
        .map((source) => ({ data: { ...data, source } })),
      ...[null, 5, [], [null], [{}], [{ detector: 1 }]].map((cells) => ({ cells })),
      ...[null, {}, "x"].map((data) => ({ data })),
      { kind: "cook" },
      { engine: 5 },
      { threads: "1" },
      { models: {} },
      { protocol: null },
      { protocol: { kind: "cook" } },
      { protocol: { kind: "localization", recordings: 1, seed: 0, alpha: "x" } },
      { protocol: { kind: "variations", seed: 0, normals: 1e9, anomalies: 1, noise: 0 } },
      { kind: "benchmark" },
      { kind: "benchmark", benchmark: { preset: "tiny", tables: { I: [null] } } },
      { data: { ...data, categories: [1] } },
    ];
    for (const change of hostile) {
      await writeChecksummedJson(`${folder}/manifest.json`, { ...RUN, ...change });
      const error = await assertRejects(() => readManifest(folder), IadnetError);
      assert(/^Cannot (read|use)/.test(error.message), error.message);
    }
    await writeChecksummedJson(`${folder}/manifest.json`, RUN);
    assertEquals((await readManifest(folder)).kind, "train");
  });
});

Deno.test("A forged run manifest is refused or opens, never another kind of error", async () => {
  await inFolder(async (folder) => {
    const random = new Random(3);
    for (let k = 0; k < 300; k++) {
      await writeChecksummedJson(`${folder}/manifest.json`, spoil(structuredClone(RUN), random));
      try {
        await readManifest(folder);
      } catch (error) {
        assert(error instanceof IadnetError, String((error as Error).stack));
      }
    }
  });
});
