/** Reads the two people of a clip of a custom data set from its files. */
import { cannotRead } from "../../../core/errors.ts";
import type { Archive } from "../archive.ts";
import { readBvh } from "../bvh/motion.ts";
import type { Description } from "../description.ts";
import { readNpyFloats } from "../npy.ts";
import { pairMotions, type People } from "../pair.ts";
import { readRest, readSmplx } from "../smplx/person.ts";
import { openZip } from "../zip.ts";

/** Reads the people of a clip from the contents of its files.
 * @throws {DataError} If a file is damaged, or they do not fit together. */
export type PeopleReader = (contents: readonly Uint8Array[], names: readonly string[]) => Promise<People>;

/** What reads the clips of a description whose clips have files of their own.
 * @param warn Told what a user must know about a file's skeleton.
 * @throws {DataError} If the joints at rest cannot be read. */
export async function peopleReader(
  archive: Archive,
  description: Description,
  warn: (text: string) => void,
): Promise<PeopleReader> {
  const { layout, fps, skeleton, landmarks, rest } = description;
  if (layout === "bvh") {
    return (contents, names) => {
      const motions = contents.map((bytes, i) => readBvh(bytes, names[i], { skeleton, landmarks, warn }));
      const people = pairMotions(motions, names);
      return Promise.resolve({ ...people, fps: fps ?? people.fps });
    };
  }
  if (layout === "smplx") {
    const body = readRest(await archive.read(rest!), archive.file(rest!));
    return async (contents, names) => {
      const motions = await Promise.all(contents.map((bytes, i) => readSmplx(bytes, names[i], body, fps)));
      return pairMotions(motions, names);
    };
  }
  return (contents, names) => readArray(description, contents[0], names[0]);
}

async function readArray(
  { layout, skeleton, fps }: Description,
  bytes: Uint8Array,
  file: string,
): Promise<People> {
  const array = layout === "npz" ? (await openZip(file, bytes)).read("keypoint.npy") : bytes;
  const { shape, values } = readNpyFloats(array, file), joints = skeleton!.joints.length;
  if (shape.length !== 4 || shape[0] !== 2 || shape[1] < 1 || shape[2] !== joints || shape[3] !== 3) {
    throw cannotRead(file, `expected shape [2,T,${joints},3], got [${shape}]`);
  }
  const half = values.length / 2, x = values.subarray(0, half), y = values.subarray(half);
  return { skeleton: skeleton!, fps: fps!, frames: shape[1], x, y };
}
