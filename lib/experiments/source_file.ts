/** The file in a run directory that says which data the run was made from. */
import { DataError } from "../core/errors.ts";
import { exists } from "../core/files.ts";
import { readTextUpTo } from "../core/read_file.ts";
import { type DataSource, parseDataSource } from "../data/data_source.ts";

/** Name of the file with a run's data source. */
export const SOURCE_FILE = "source.json";

/** The data source that a run keeps; undefined if there is no run, or it keeps none.
 * @throws {DataError} If its file is damaged. */
export async function readSource(run: string): Promise<DataSource | undefined> {
  const file = `${run}/${SOURCE_FILE}`;
  if (!await exists(file)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(await readTextUpTo(file));
  } catch (cause) {
    throw new DataError(`Cannot read ${file}: ${(cause as Error).message}`, file);
  }
  return parseDataSource(value, file);
}
