// deno-lint-ignore-file no-console -- the command line is the one place that prints
/** `doctor`: which engines can run here. */
import { doctor as examine } from "../engine/select.ts";
import type { Verb } from "./verb.ts";

/** List the engines that can run here. */
export const doctor: Verb = {
  description: "List the engines that can run here, and for each other one why not and what to install",
  example: "",
  options: { values: {} },
  async run(options) {
    const reports = await examine();
    if (options.flag("json")) return console.log(JSON.stringify(reports));
    for (const { engine, usable, reason, install } of reports) {
      console.log(`${engine.padEnd(15)} ${usable ? "usable" : `not usable: ${reason}`}`);
      if (install) console.log(`${" ".repeat(16)}${install}`);
    }
  },
};
