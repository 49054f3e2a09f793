/** `serve`: the report of a run as a web page that also scores files. */
import { Interrupted } from "../core/errors.ts";
import { packageFolders } from "../core/permissions.ts";
import { stopOnSignals } from "../core/signals.ts";
import { readSource } from "../experiments/source_file.ts";
import { Bodies } from "../report/bodies.ts";
import { gatherReport } from "../report/gather.ts";
import { renderReport } from "../report/html.ts";
import type { OpenRun } from "../report/run.ts";
import { createHandler, type Score } from "../report/server.ts";
import { uploadPrograms, UploadScorer } from "../report/upload.ts";
import { inputsOfSource } from "./confine.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { checkNoStream, openLive } from "./serve_live.ts";
import { serveProgramsIn } from "./programs.ts";
import { endProgress } from "./progress.ts";
import { openShown, RUN_OPTIONS, showCategory, shownOptions } from "./report.ts";
import { warn } from "./stderr.ts";
import type { Options, Start, Verb } from "./verb.ts";
import { print } from "./stdout.ts";

/** Serve the report of a run until the process is stopped. */
export const serve: Verb = {
  description: DESCRIPTIONS.serve,
  example: "runs/sbu5 --port 0",
  options: {
    ...RUN_OPTIONS,
    values: {
      host: "address to listen on (127.0.0.1: this machine alone)",
      port: "port to listen on, 0 = any free one (8080)",
      fps: "with --live: frames per second (those of the training clips)",
      up: "with --live: axis that points up, such as y or -z (that of the training clips)",
      ...RUN_OPTIONS.values,
    },
    flags: {
      ...RUN_OPTIONS.flags,
      live:
        "also show the frames of standard input as they come, one JSON object per line, with scores and alarms",
    },
  },
  isKept: true,
  async run(options, { folder, parent }) {
    const hostname = options.value("host") ?? "127.0.0.1", port = options.integer("port", 8080, 0, 65_535);
    if (!options.flag("live")) checkNoStream(options);
    const run = await openShown(options);
    const live = options.flag("live") ? await openLive(run, options) : undefined;
    const page = await gatherReport(run, showCategory);
    const stream = await live?.prepare(page);
    if (!live) await run.engine.close();
    const stop = new AbortController(), ignoreSignals = stopOnSignals(stop, parent); // until then a signal ends the process
    await withScorer(options, run, folder, async (scorer) => {
      const shown = renderReport({ ...page, live: true, ...stream });
      const bodies = new Bodies(scorer.programs.folder);
      const score: Score = (...file) => scorer.score(...file);
      const handler = createHandler(shown, hostname, score, bodies, live?.feed);
      endProgress();
      if (!isLoopback(hostname)) {
        warn(`Whoever reaches ${hostname} can see this page and send files to it: there is no password`);
      }
      const onListen = ({ port }: { port: number }) => {
        const url = `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`;
        print(options.flag("json") ? JSON.stringify({ url }) : `Serving ${url}`);
      };
      const { finished } = Deno.serve({ hostname, port, onListen, signal: stop.signal }, handler);
      await Promise.all([finished, live?.follow(stop.signal)]);
    }).finally(ignoreSignals);
    if (stop.signal.aborted) throw new Interrupted(stop.signal.reason);
  },
};

/** Use the processes that score files of a run.
 * @param folder Folder with their programs, which the launcher made; they are started as they are if it is absent. */
async function withScorer(
  options: Options,
  run: OpenRun,
  folder: Start["folder"],
  use: (scorer: UploadScorer) => Promise<void>,
): Promise<void> {
  const [name] = options.operands, settings = shownOptions(options);
  const own = folder === undefined ? await Deno.makeTempDir({ prefix: "iadnet_serve_" }) : undefined;
  const read = async () => [name, ...inputsOfSource(settings.source ?? await readSource(name))];
  const programs = own === undefined
    ? serveProgramsIn(folder!)
    : await uploadPrograms(own, await read(), await packageFolders());
  const scorer = new UploadScorer(run, name, settings, programs);
  try {
    await scorer.start();
    await use(scorer);
  } finally {
    await scorer.close();
    if (own !== undefined) await Deno.remove(own, { recursive: true });
  }
}

/** Whether an address is that of this machine alone. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
