// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `serve`: the report of a run in a browser, with a place to drop clips on.
 *
 * @module
 */
import { openRun } from "../report/opened.ts";
import { createHandler } from "../report/server.ts";
import { parseOptions } from "./args.ts";
import { named, REPORT_OPTIONS, reportOptions } from "./report.ts";

const { out: _, ...SHARED } = REPORT_OPTIONS.values;

/** Options of `serve`. */
export const SERVE_OPTIONS = {
  values: {
    ...SHARED,
    host: "address to listen on (127.0.0.1: this machine alone)",
    port: "port to listen on, 0 = any that is free (8080)",
  },
  flags: REPORT_OPTIONS.flags,
};

/** Run `serve`, until it is stopped. */
export async function runServe(args: readonly string[]): Promise<void> {
  const options = parseOptions("serve", named(args), SERVE_OPTIONS);
  const hostname = options.value("host") ?? "127.0.0.1", port = options.integer("port", 8080, 0, 65_535);
  const run = await openRun(options.required("run"), reportOptions(options));
  try {
    if (run.note) console.error(`Warning: No clips are shown. ${run.note}`);
    const handler = await createHandler(run, hostname);
    const server = Deno.serve({
      hostname,
      port,
      onListen: ({ port }) =>
        console.log(`Serving http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`),
    }, handler);
    await server.finished;
  } finally {
    await run.engine.close();
  }
}
