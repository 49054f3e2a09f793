/** The server of a run, without a port. */
import { packageFolders } from "../../lib/core/permissions.ts";
import { Bodies, type BodyLimits } from "../../lib/report/bodies.ts";
import { gatherReport } from "../../lib/report/gather.ts";
import { renderReport } from "../../lib/report/html.ts";
import { type OpenRun, openRun, type ReportOptions } from "../../lib/report/run.ts";
import { createHandler, type Handler } from "../../lib/report/server.ts";
import { type UploadPrograms, uploadPrograms, UploadScorer } from "../../lib/report/upload.ts";

/** A server. Close it in the end. */
export interface Served extends AsyncDisposable {
  readonly handler: Handler;
  readonly run: OpenRun;
  readonly scorer: UploadScorer;
  close(): Promise<void>;
}

/** Serve a run.
 * @param read Files and folders that its data is read from. */
export async function serveRun(
  folder: string,
  options: ReportOptions = {},
  read: readonly string[] = [],
  limits?: BodyLimits,
): Promise<Served> {
  const run = await openRun(folder, options), page = renderReport({ ...await gatherReport(run), live: true });
  await run.engine.close();
  const place = await Deno.makeTempDir(), programs = await programsIn(place, [folder, ...read]);
  const scorer = new UploadScorer(run, folder, options, programs);
  const handler = createHandler(
    page,
    "127.0.0.1",
    (...file) => scorer.score(...file),
    new Bodies(place, limits),
  );
  const close = async () => {
    await scorer.close();
    await Deno.remove(place, { recursive: true });
  };
  return { handler, run, scorer, close, [Symbol.asyncDispose]: close };
}

/** The programs that read and score files, in a folder of their own.
 * @param read What the one that scores may read. */
export async function programsIn(folder: string, read: readonly string[] = []): Promise<UploadPrograms> {
  return await uploadPrograms(folder, read, await packageFolders());
}

/** A file that was sent. @param folder That of the programs. */
export async function sentFile(folder: string, bytes: Uint8Array): Promise<string> {
  const path = await Deno.makeTempFile({ dir: folder });
  await Deno.writeFile(path, bytes);
  return path;
}
