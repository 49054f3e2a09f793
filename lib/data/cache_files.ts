/**
 * The files of a cache's folder.
 *
 * @module
 */

/** Name of the manifest, written last. */
export const MANIFEST_FILE = "manifest.json";
/** Ending of the files of values: for each clip person 1 and person 2, [T, D, 3] each, little-endian float32. A source that
 * publishes splits has one file for each side of the first, `train.f32` and `test.f32`, and `rest.f32` for clips on neither;
 * any other has `clips.f32`. */
export const VALUES_ENDING = ".f32";

/** Names of the files of values, without the ending. */
export const PARTS: readonly string[] = ["train", "test", "rest", "clips"];
