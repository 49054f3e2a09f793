/** Reads tables in long form, as it is asked to, and completes their clips: a damaged one may take the process with it. */
import { parseDescription } from "../../lib/data/formats/description.ts";
import { readLongTable } from "../../lib/data/formats/long_table.ts";
import { completeClip } from "../../lib/data/transforms/missing.ts";
import { answerRequests } from "../../lib/report/limited_process.ts";

/** A table with the content of its description. */
export interface SentTable {
  readonly description: Uint8Array;
  readonly bytes: Uint8Array;
  readonly file: string;
}

if (import.meta.main) {
  await answerRequests(async (request) => {
    const { description, bytes, file } = request as SentTable;
    const { clips } = await readLongTable(bytes, file, parseDescription(description, "iadnet.json"));
    return clips.map((clip) =>
      completeClip(clip.read(), file, { missing: "interpolate", longestGap: Infinity })
    );
  });
}
