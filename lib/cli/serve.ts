/** `serve`: the report of a run as a web page that also scores files. */
import { createHandler } from "../report/server.ts";
import { endProgress } from "./progress.ts";
import { openShown, RUN_OPTIONS, showCategory } from "./report.ts";
import type { Verb } from "./verb.ts";
import { print } from "./stdout.ts";

/** Serve the report of a run until the process is stopped. */
export const serve: Verb = {
  description: "Serve the report of a run to a browser, and score clips that are dropped on it",
  example: "runs/sbu5 --port 0",
  options: {
    ...RUN_OPTIONS,
    values: {
      host: "address to listen on (127.0.0.1: this machine alone)",
      port: "port to listen on, 0 = any free one (8080)",
      ...RUN_OPTIONS.values,
    },
  },
  async run(options) {
    const hostname = options.value("host") ?? "127.0.0.1", port = options.integer("port", 8080, 0, 65_535);
    const run = await openShown(options);
    try {
      const handler = await createHandler(run, hostname, showCategory);
      endProgress();
      const onListen = ({ port }: { port: number }) => {
        const url = `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}/`;
        print(options.flag("json") ? JSON.stringify({ url }) : `Serving ${url}`);
      };
      await Deno.serve({ hostname, port, onListen }, handler).finished;
    } finally {
      await run.engine.close();
    }
  },
};
