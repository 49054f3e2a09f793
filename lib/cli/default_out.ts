/** Where a verb writes if no option says so: a new file or folder, never one that exists. */
import { exists, partialOf, withoutSlashes } from "../core/files.ts";

/** Folder of what has no place of its own. */
const RUNS = "runs";

/** What `--out` is if it is not given.
 * @param kind Name of the verb, or of what it writes.
 * @param ending Ending of the file, such as `.safetensors`; a folder if absent.
 * @returns `runs/<date>-<kind>`, with a number if that exists, finished or not. */
export async function datedOut(kind: string, ending = ""): Promise<string> {
  const now = new Date(), two = (value: number) => String(value).padStart(2, "0");
  const date = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return await freeName(`${RUNS}/${date}-${kind}`, ending);
}

/** The ONNX file that `export` writes if `--out` is not given: beside the model.
 * @param model The model's file. */
export async function onnxOut(model: string): Promise<string> {
  return await freeName(model.replace(/\.safetensors$/, ""), ".onnx");
}

/** The folder of the cache that `prepare` writes if `--out` is not given: the same for the same data, so that it can be up to date. */
export function cacheOut(data: string, frames: number): string {
  const name = withoutSlashes(data).split(/[/\\]/).at(-1)!.replace(/\.[a-z0-9]+$/i, "") || "data";
  return `${RUNS}/cache-${name}-${frames}`;
}

/** The page that `report` writes if `--out` is not given: beside the results of the first run, without its ending. */
export function reportName([run, ...others]: readonly string[]): string {
  return `${withoutSlashes(run)}/${others.length > 0 ? "comparison" : "report"}`;
}

/** A path that does not exist: the name and the ending, with a number between them if needed. */
export async function freeName(name: string, ending: string): Promise<string> {
  for (let number = 1;; number++) {
    const path = `${name}${number > 1 ? `-${number}` : ""}${ending}`;
    if (!await exists(path) && !await exists(partialOf(path))) return path;
  }
}
