/** Every reader of bytes that come from elsewhere, with sound bytes for it: what is to be damaged. */
import { assert } from "@std/assert";
import { zipSync } from "fflate";
import { readChecksummedJson } from "../../lib/core/checksummed_json.ts";
import { openArchive } from "../../lib/data/formats/archive.ts";
import { readBvh } from "../../lib/data/formats/bvh/motion.ts";
import { readRest, readSmplx } from "../../lib/data/formats/smplx/person.ts";
import { DESCRIPTION_FILE, parseDescription } from "../../lib/data/formats/description.ts";
import { parseFolds } from "../../lib/data/formats/sbu/source.ts";
import { openClipSource } from "../../lib/data/formats/registry.ts";
import { parseInterxPerson } from "../../lib/data/formats/interx/source.ts";
import { readNpy, readNpyFloats } from "../../lib/data/formats/npy.ts";
import { parseNtuClip } from "../../lib/data/formats/ntu/source.ts";
import { readPickledIntegers } from "../../lib/data/formats/pickle.ts";
import { parseSbuClip } from "../../lib/data/formats/sbu/clip.ts";
import { getSkeleton, INTERX64, KINECT25 } from "../../lib/data/skeletons.ts";
import { pickleIntegers } from "./write_interx.ts";
import { ntuRecording, writeNtuRecording } from "./write_ntu.ts";
import { sha256 } from "../../lib/core/files.ts";
import { readResults } from "../../lib/report/run.ts";
import { packageFolders } from "../../lib/core/permissions.ts";
import { limitedCommand, LimitedProcess } from "../../lib/report/limited_process.ts";
import { readSent } from "../../lib/report/upload_reader.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../lib/training/checkpoint/checkpoint.ts";
import { completeClip } from "../../lib/data/transforms/missing.ts";
import { randomClip, sbuText } from "./data_fixtures.ts";
import { writeSmallData } from "../faults/kit.ts";
import type { SentTable } from "../faults/table_child.ts";
import { writeHdf5 } from "./hdf5.ts";
import { signed } from "./mutate.ts";
import { asCsv, asParquet, BVH, describe, type Row, rows, stack, text } from "./custom_fixtures.ts";
import { Random } from "../../lib/core/random.ts";
import type { Clip, Recording } from "../../lib/data/clip.ts";
import { buildCache } from "../../lib/data/formats/cache/build.ts";
import { MANIFEST_FILE } from "../../lib/data/formats/cache/files.ts";
import { openCache } from "../../lib/data/formats/cache/open.ts";
import { generateDataset } from "../../lib/data/synthetic/mod.ts";
import { createDetector, detectorFromBytes } from "../../lib/detectors/registry.ts";
import { openSharedEngine } from "../../lib/engine/select.ts";
import { writeNpy } from "./write_npy.ts";

/** A reader with what it reads. */
export interface Parser {
  /** Sound bytes. @param folder An empty folder for what needs one. */
  readonly make: (folder: string) => Uint8Array | Promise<Uint8Array>;
  /** The file's name, which errors must begin with. */
  readonly file: (folder: string) => string;
  /** Read bytes and check what they give. */
  readonly read: (bytes: Uint8Array, file: string, folder: string) => unknown;
  /** What is done to damaged bytes before they are read: a right checksum is put in. */
  readonly sign?: (bytes: Uint8Array) => Uint8Array;
  /** Whether it is a file of this package's own, not one of a data format. */
  readonly own?: boolean;
  /** The share of its format's inputs that it gets, where several readers have one format; 1 if absent. */
  readonly share?: number;
  /** Another process that reads the bytes. */
  readonly process?: LimitedProcess;
}

const own = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;

/** A record with the right checksum in its first line. */
function signedRecord(bytes: Uint8Array): Uint8Array {
  const line = new TextDecoder().decode(bytes).split("\n")[1] ?? "";
  return text(`"${sha256(line)}"\n${line}\n`);
}

const clips = generateDataset({
  seed: 0,
  clipsPerCategory: 4,
  categories: ["hug"],
  skeleton: getSkeleton("sbu15"),
  fps: 15,
}).map((clip) => ({ ...clip, ...cutTo(clip, 8) }));

/** The first frames of a clip. */
function cutTo({ x, y, skeleton }: Clip, frames: number): Pick<Clip, "frames" | "x" | "y"> {
  const size = frames * skeleton.joints.length * 3;
  return { frames, x: x.slice(0, size), y: y.slice(0, size) };
}

const description = (layout: string) => describe(layout, { group: "^(h)" });

/** The first frames of a clip in long form, without its group. */
const firstRows = (frames: number): Row[] =>
  rows([{ ...clips[0], ...cutTo(clips[0], frames), id: "h0" }]).map(({ group: _, ...row }) => row);

const finite = ({ frames, x, y, skeleton }: Clip) => {
  const size = frames * skeleton.joints.length * 3;
  assert(frames >= 1 && x.length === size && y.length === size);
  assert(x.every(Number.isFinite) && y.every(Number.isFinite));
};
/** A recording gives a clip or an error that names the file. */
const complete = (recording: Recording, file: string) =>
  finite(completeClip(recording, file, { missing: "interpolate", longestGap: Infinity }));
const named = (name: string) => () => name;
const inside = (name: string) => (folder: string) => `${folder}/${name}`;
/** Write the bytes to their file first. */
const onDisk = (read: (file: string, folder: string) => Promise<unknown>): Parser["read"] =>
async (
  bytes,
  file,
  folder,
) => {
  await Deno.writeFile(file, own(bytes));
  await read(file, folder);
};
const tableChild = limitedCommand(
  new URL("../faults/table_child.ts", import.meta.url),
  { memory: 2 ** 31, read: [] },
  await packageFolders(),
);
const table = (layout: string, make: () => Uint8Array): Parser => {
  const process = new LimitedProcess(tableChild, 0.5);
  return {
    make,
    file: named("t"),
    read: async (bytes, file) => {
      const sent: SentTable = { description: description(layout), bytes, file };
      (await process.ask(sent, file) as Clip[]).forEach(finite);
    },
    process,
  };
};

/** A detector's file with damage that its checksum does not show. */
const detector = (spec: string): Parser => ({
  make: async () => {
    const engine = await openSharedEngine("onnx-cpu", 1), fitted = createDetector(spec, { engine });
    await fitted.fit(clips, { seed: 0 });
    await engine.close();
    return fitted.toBytes();
  },
  file: named("m"),
  read: (bytes, file) => detectorFromBytes(bytes, file),
  sign: signed,
  own: true,
});

/** A cache whose manifest is damaged. */
const cache: Parser = {
  make: async (folder) => {
    await writeSmallData(`${folder}/data`);
    const preparation = { frames: 8, align: "pair-yaw", scale: "none" } as const;
    await buildCache(`${folder}/data`, { format: "sbu" }, preparation, `${folder}/cache`);
    return await Deno.readFile(`${folder}/cache/${MANIFEST_FILE}`);
  },
  file: inside("cache"),
  read: async (bytes, file) => {
    await Deno.writeFile(`${file}/${MANIFEST_FILE}`, own(bytes));
    (await openCache(file)).clips.forEach(finite);
  },
  own: true,
};

/** The part of a format's inputs that tables get: polars takes milliseconds for each. */
const TABLES = 0.25;

/** All readers by name. */
export const PARSERS: Readonly<Record<string, Parser>> = {
  sbu: {
    make: () => text(sbuText(6)),
    file: named("skeleton_pos.txt"),
    read: (bytes, file) => complete(parseSbuClip(new TextDecoder().decode(bytes), file, "p01/03/1"), file),
  },
  folds: {
    make: () => text("clip,category,fold\np01/01/001,approaching,1\np01/01/002,approaching,1\n"),
    file: named("folds.csv"),
    read: parseFolds,
    share: TABLES,
  },
  npy: {
    make: () => writeNpy(Float64Array.from({ length: 24 }, (_, i) => i / 3), [2, 4, 3]),
    file: named("a.npy"),
    read: (bytes, file) => {
      const { shape, data } = readNpy(bytes, file);
      assert(data.length === shape.reduce((a, b) => a * b, 1) && data.length <= bytes.length);
    },
  },
  "inter-x person": {
    make: () => writeNpy(randomClip(1, 3, INTERX64).x, [3, 64, 3]),
    file: named("P1.npy"),
    read: (bytes, file) => {
      const values = parseInterxPerson(bytes, file);
      assert(values.length % 192 === 0 && values.length === readNpyFloats(bytes, file).values.length);
    },
  },
  pickle: {
    make: () => pickleIntegers(new Map(Array.from({ length: 20 }, (_, k) => [`G00${k}T000`, k % 2]))),
    file: named("a.pkl"),
    read: (bytes, file) => {
      for (const [key, value] of readPickledIntegers(bytes, file)) {
        assert(typeof key === "string" && Number.isInteger(value));
      }
    },
  },
  ntu: {
    make: () => text(writeNtuRecording(ntuRecording(randomClip(3, 3, KINECT25)))),
    file: named("a.skeleton"),
    read: (bytes, file) =>
      complete(parseNtuClip(bytes, file, { id: "a", category: "hug", group: "P001" }), file),
  },
  hdf5: {
    make: async (folder) => {
      const random = new Random(7), file = `${folder}/a.h5`;
      const draw = () => Float32Array.from({ length: 336 }, () => random.normal(0, 0.5));
      await writeHdf5(file, { S001C001P001R001A050: draw(), S001C001P001R001A051: draw() });
      return await Deno.readFile(file);
    },
    file: inside("a.h5"),
    read: onDisk(async (file) => {
      const { entries, read } = await openClipSource(file, "ntu120-smplx");
      for (const entry of entries) finite(await read(entry));
    }),
  },
  description: {
    make: () => description("csv"),
    file: named("iadnet.json"),
    read: parseDescription,
  },
  csv: { ...table("csv", () => asCsv(firstRows(2))), share: TABLES },
  ...Object.fromEntries(
    ["uncompressed", "snappy", "zstd", "gzip", "lz4", "brotli"].map((compression, _, { length }) => [
      `parquet ${compression}`,
      { ...table("parquet", () => asParquet(firstRows(4), compression)), share: TABLES / length },
    ]),
  ),
  bvh: { make: () => text(BVH), file: named("a.bvh"), read: (bytes, file) => readBvh(bytes, file) },
  upload: {
    make: () => asCsv(firstRows(1)),
    file: inside("clip.csv"),
    read: onDisk(async (path) => {
      const described = new TextDecoder().decode(description("csv"));
      const reading = { options: { format: "custom" }, treatments: [], description: described };
      const data = { reading, skeleton: getSkeleton("sbu15"), fps: 15 };
      (await readSent({ path, name: path, data })).clips.forEach(finite);
    }),
    own: true,
  },
  npz: {
    make: async (folder) => {
      await Deno.mkdir(`${folder}/hug`);
      await Deno.writeFile(`${folder}/${DESCRIPTION_FILE}`, description("npz"));
      return zipSync({ "keypoint.npy": stack(clips[0]) });
    },
    file: inside("hug/a.npz"),
    read: onDisk(async (_, folder) => {
      const { entries, read } = await openClipSource(folder, "custom");
      for (const entry of entries) finite(await read(entry));
    }),
  },
  smplx: {
    make: () =>
      zipSync({
        "poses.npy": writeNpy(new Float32Array(3 * 66).fill(0.1), [3, 66]),
        "trans.npy": writeNpy(new Float32Array(9), [3, 3]),
        "mocap_framerate.npy": writeNpy(new Float32Array([30]), []),
      }),
    file: inside("P1.npz"),
    read: onDisk(async (file) => {
      const rest = readRest(writeNpy(new Float32Array(66).fill(1), [22, 3]), "rest.npy");
      const { frames, fps, values } = await readSmplx(await Deno.readFile(file), file, rest);
      assert(fps > 0 && values.length === frames * 66);
    }),
  },
  zip: {
    make: () => zipSync({ "x/a.txt": text("hello ".repeat(40)), "x/b.bin": new Uint8Array(300) }),
    file: inside("a.zip"),
    read: onDisk(async (file) => {
      const archive = await openArchive(file, 0);
      for (const name of archive.members) await archive.read(name);
    }),
  },
  cache,
  "signed cache": { ...cache, sign: signedRecord },
  record: {
    make: () => signedRecord(text(`\n${JSON.stringify({ a: [1, "é"], b: { c: null } })}\n`)),
    file: inside("r.json"),
    read: onDisk(readChecksummedJson),
    sign: signedRecord,
    own: true,
  },
  results: {
    make: () => {
      const scores = [{ clip: "a", score: 1, anomalous: true }];
      const categories = [{ category: "hug", auroc: 0.5, ci: [0, 1], floors: {}, scores }];
      const results = { detector: "knn", data: {}, macro: { auroc: 0.5 }, floors: {}, categories };
      return text(JSON.stringify(results));
    },
    file: inside("results.json"),
    read: onDisk((_, folder) => readResults(folder)),
    own: true,
  },
  checkpoint: {
    make: () => {
      const values = { "p:w": { shape: [2], values: Float32Array.of(1, 2) } };
      const state = {
        done: false,
        steps: 1,
        values,
        random: [1, 2, 3, 4],
        order: [0],
        loss: [1],
        featureStd: [],
      };
      return encodeCheckpoint({ fit: "{}", training: "main", state });
    },
    file: named("c"),
    read: (bytes, file) => decodeCheckpoint(bytes, file),
    sign: signed,
    own: true,
  },
  iadnet: detector("iadnet:preset=tiny,epochs=1,calibrationFolds=2"),
  floor: detector("knn-poses"),
  "stg-nf": detector("stg-nf:epochs=1"),
  "ml-aad": detector("ml-aad:epochs=1"),
};
