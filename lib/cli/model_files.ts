/** Model files on the command line, and the files that say how to read data as their runs did. */
import { basename, dirname } from "node:path";
import { UsageError } from "../core/errors.ts";
import { DESCRIPTION_FILE } from "../data/formats/description.ts";
import { singleFormat } from "../data/formats/single.ts";
import { type Options, splitNames } from "./verb.ts";

/** The model files that --model names. A path may hold commas, if there is such a file. */
export function modelFiles(model: string): string[] {
  return splitNames(model, isFile);
}

/** The one model file that --model names.
 * @throws {UsageError} If it names several. */
export function modelFile(options: Options, verb: string): string {
  const [file, ...others] = modelFiles(options.required("model"));
  if (others.length === 0) return file;
  throw new UsageError(
    `Cannot ${verb} clips with ${others.length + 1} models: only score --stream takes several`,
  );
}

/** The run of a model file `<run>/models/<category>.safetensors`; undefined if the file is elsewhere. */
export function runOf(file: string): string | undefined {
  const folder = dirname(file);
  return basename(folder) === "models" ? dirname(folder) : undefined;
}

/** Where the description of a single table or array may be: in its folder, and in the folder above. */
export function descriptionsOf(path: string): string[] {
  if (singleFormat(path) !== "custom") return [];
  return [dirname(path), dirname(dirname(path))].map((folder) => `${folder}/${DESCRIPTION_FILE}`);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // it does not exist, or may not be read
  }
}
