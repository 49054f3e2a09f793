/** `doctor`: which engines can run here. */
import { doctor as examine } from "../engine/select.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import type { Verb } from "./verb.ts";
import { print } from "./stdout.ts";

/** List the engines that can run here. */
export const doctor: Verb = {
  description: DESCRIPTIONS.doctor,
  example: "",
  isShort: true,
  options: { values: {} },
  async run(options) {
    const reports = await examine();
    if (options.flag("json")) return print(JSON.stringify(reports));
    for (const { engine, usable, reason, install } of reports) {
      print(`${engine.padEnd(15)} ${usable ? "usable" : `not usable: ${reason}`}`);
      if (install) print(`${" ".repeat(16)}${install}`);
    }
  },
};
