// deno-lint-ignore-file no-console -- its result is read from standard output
/** Reads damaged bytes: `mutate_child.ts <reader> <count> <seed>`, and prints what came of them. */
import { readDamaged } from "../support/mutate.ts";
import { PARSERS } from "../support/parsers.ts";
import { inFolder } from "./kit.ts";

const [name, count, seed] = Deno.args;
console.log(
  JSON.stringify(
    await inFolder((folder) => readDamaged(PARSERS[name], folder, Number(count), Number(seed))),
  ),
);
