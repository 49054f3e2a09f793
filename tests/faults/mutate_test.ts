/** The longest fault trial, in a file of its own: files run side by side. */
import { assert } from "@std/assert";
import { DETECTORS } from "./kit.ts";
import { mutate } from "./mutate.ts";

Deno.test(
  "Damaged bytes give every reader a value or an error that names the file, within a second: 20,000 a format, 5,000 of them " +
    "for tables, shared by the readers of one format",
  async () => {
    const { held, line } = await mutate({ long: false, seed: 1, detectors: DETECTORS });
    assert(held, line);
  },
);
