/** SMPL-X variant of NTU RGB+D 120: one HDF5 file with a float32 array [T, 56, 6] for each clip. Of its 56 rows, 55 are
 * rotation vectors and the last is the translation; columns 0 to 2 are person 1, 3 to 5 person 2. */
import { cannotRead } from "../../../core/errors.ts";
import { isFile, readBytes } from "../folder.ts";
import type { Recording } from "../../clip.ts";
import { readNpyFloats } from "../npy.ts";
import { type Hdf5, withHdf5 } from "./hdf5.ts";
import { checkCamera, listNtuClips } from "./source.ts";
import { formatNtuName, NTU_CATEGORIES, parseNtuName } from "./names.ts";
import { SMPLX55, SMPLX56 } from "../../skeletons.ts";
import { smplxPositions } from "../smplx/pose.ts";
import type { ClipEntry, RecordingSource, SourceOptions } from "../../clip_source.ts";

const FPS = 30, ROWS = 56;
/** Most frames of a clip. The data set's clips have at most some hundred. */
const MOST_FRAMES = 10_000;

const WARNING =
  "These clips hold 55 rotations and a translation for each person, not positions: a distance map over them is " +
  "not a map of distances, and their depth is scaled. Name the joints of the model at rest to get positions";

/** Open the SMPL-X variant without reading arrays. Actions may also be numbered 001 to 026 (the order of the mutual actions), as
 * in the files that are split by subject.
 * @throws {DataError} If the file, or the skeleton at rest, cannot be read.
 * @throws {UsageError} If there is no such camera. */
export async function openNtuSmplx(path: string, options: SourceOptions = {}): Promise<RecordingSource> {
  const { onRead, restSkeleton } = options;
  if (!await isFile(path)) throw cannotRead(path, "expected an HDF5 file");
  const rest = restSkeleton === undefined ? undefined : await readRest(restSkeleton, onRead);
  const keys = await withHdf5(path, (file) => file.keys());
  const named = keys.map((key): [string, string] => [fullName(key), key]);
  const fileOf = (key: string) => `${path}/${key}`;
  const { entries, excluded, splits } = listNtuClips(named, fileOf, path, checkCamera(options));
  return {
    format: "ntu120-smplx",
    entries,
    excluded,
    splits,
    fileOf: ({ files: [key] }) => fileOf(key),
    ...(rest ? {} : { warnings: [WARNING] }),
    read: async (entry) => {
      const [key] = entry.files, file = fileOf(key);
      const values = await withHdf5(path, (open, { Dataset }) => readArray(open.get(key), Dataset, file));
      onRead?.(key, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      return makeRecording(values, entry, rest);
    },
  };
}

/** Name with the data set's own number of an action 001 to 026; any other name unchanged. */
function fullName(key: string): string {
  const name = parseNtuName(key), actions = [...NTU_CATEGORIES.keys()];
  return name && name.action <= actions.length
    ? formatNtuName({ ...name, action: actions[name.action - 1] })
    : key;
}

function readArray(dataset: object | null, Dataset: Hdf5["Dataset"], file: string): Float32Array {
  const array = dataset instanceof Dataset ? dataset : undefined, shape = array?.shape;
  const fits = shape?.length === 3 && shape[0] >= 1 && shape[0] <= MOST_FRAMES && shape[1] === ROWS &&
    shape[2] === 6;
  if (!fits || array!.metadata.size !== 4) {
    const found = shape ? `[${shape}]` : "no array";
    throw cannotRead(file, `expected float32 values of shape [1 to ${MOST_FRAMES},${ROWS},6], got ${found}`);
  }
  const { value } = array!;
  if (value instanceof Float32Array && value.length === shape[0] * ROWS * 6) return value;
  throw cannotRead(file, "expected float32 values, got others");
}

function makeRecording(
  values: Float32Array,
  { id, category, group }: ClipEntry,
  rest: Float32Array | undefined,
): Recording {
  const frames = values.length / (ROWS * 6);
  const [x, y] = [0, 1].map((person) => {
    const pose = new Float32Array(frames * ROWS * 3);
    for (let row = 0; row < frames * ROWS; row++) {
      for (let k = 0; k < 3; k++) pose[row * 3 + k] = values[row * 6 + person * 3 + k];
    }
    // Where a person was not found, all 56 rows are zero.
    for (let t = 0; t < frames; t++) {
      const frame = pose.subarray(t * ROWS * 3, (t + 1) * ROWS * 3);
      if (frame.every((value) => value === 0)) frame.fill(NaN);
    }
    return rest ? smplxPositions(pose, rest, SMPLX55) : pose;
  });
  const skeleton = rest ? SMPLX55 : SMPLX56;
  return { id, category, group, fps: FPS, skeleton, frames, x, y, up: skeleton.up };
}

/** The joints at rest: what clips hold depends on them, so they count as read. */
async function readRest(file: string, onRead: SourceOptions["onRead"]): Promise<Float32Array> {
  const bytes = await readBytes(file), { shape, values } = readNpyFloats(bytes, file);
  onRead?.("rest", bytes); // no clip has that name
  if (shape.join() !== "55,3" || !values.every(Number.isFinite)) {
    throw cannotRead(file, `expected 55 finite positions, [55,3], got [${shape}]`);
  }
  return values;
}
