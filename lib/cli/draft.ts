/** Drafts of descriptions, for `inspect` and `inspect --init`. */
import { DataError, UsageError } from "../core/errors.ts";
import { exists, writeFileAtomic } from "../core/files.ts";
import { type Draft, draftDescription } from "../data/draft/draft.ts";
import { descriptionFileOf } from "../data/formats/description.ts";
import { print } from "./stdout.ts";

/** Write the draft beside the data.
 * @param isJson Whether JSON is printed.
 * @param fps Frames per second, for files that do not tell.
 * @throws {UsageError} If a description exists. @throws {DataError} If the data have no table, array or BVH file. */
export async function writeDraft(path: string, isJson: boolean, fps?: number): Promise<void> {
  const file = await descriptionFileOf(path);
  if (await exists(file)) throw new UsageError(`Cannot write ${file}: it exists`);
  const draft = await draftDescription(path, fps);
  if (!draft) {
    throw new DataError(`Cannot describe ${path}: expected a .csv, .parquet, .npz, .npy or .bvh file`, path);
  }
  await writeFileAtomic(file, textOf(draft));
  if (isJson) return print(JSON.stringify({ written: [file], ...draft }));
  print(`Written: ${file}\n`);
  explain(draft, path);
}

/** Print the draft, as JSON or text, if the data have no description and can be described.
 * @returns Whether it was printed. */
export async function printDraft(path: string, isJson: boolean): Promise<boolean> {
  const file = await descriptionFileOf(path),
    draft = await exists(file) ? undefined : await draftDescription(path);
  if (!draft) return false;
  if (isJson) {
    print(JSON.stringify({ description: file, ...draft }));
    return true;
  }
  print(`These are recordings without a description. A draft of ${file}, which --init writes:\n`);
  explain(draft, path);
  return true;
}

function textOf({ fields }: Draft): string {
  return JSON.stringify(fields, null, 2) + "\n";
}

function explain(draft: Draft, path: string): void {
  const { comment: _, ...fields } = draft.fields;
  print(JSON.stringify(fields, null, 2));
  for (const comment of draft.comments) print(`- ${comment}`);
  const next = `deno task inspect --data ${path} --format custom`;
  print(draft.complete ? `\nNext: ${next}` : `\nNext: write the fields that are null, then ${next}`);
}
