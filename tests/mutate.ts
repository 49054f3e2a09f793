/** Damage to the bytes of a file, drawn from a seed: what a disk, a network or an attacker might do to it. */
import { assert } from "@std/assert";
import { DataError } from "../lib/errors.ts";
import { Random } from "../lib/random.ts";

/** Mutations of one format: few in the gate, 20,000 with IADNET_LONG=1. */
export function mutationCount(usual: number): number {
  return Deno.env.get("IADNET_LONG") === "1" ? 20_000 : usual;
}

const TOKENS = [
  "NaN",
  "-inf",
  "1e999",
  "99999999999999999999",
  "-1",
  "0",
  "",
  "\n",
  "\r\n",
  ",",
  " ",
  "\0",
  "../../x",
];
const INTEGERS = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** One damaged copy of `bytes`. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = () => random.integer(Math.max(1, bytes.length));
  const splice = (from: number, cut: number, insert: Uint8Array = new Uint8Array(0)) => {
    const tail = bytes.subarray(Math.min(bytes.length, from + cut));
    const out = new Uint8Array(Math.min(from, bytes.length) + insert.length + tail.length);
    out.set(bytes.subarray(0, from));
    out.set(insert, Math.min(from, bytes.length));
    out.set(tail, out.length - tail.length);
    return out;
  };
  switch (random.integer(7)) {
    case 0: { // a few bits
      const out = bytes.slice();
      for (let k = 1 + random.integer(8); k > 0; k--) out[at()] ^= 1 << random.integer(8);
      return out;
    }
    case 1: // cut short
      return bytes.slice(0, at());
    case 2: { // drop or double lines
      const lines = new TextDecoder("latin1").decode(bytes).split("\n");
      const line = random.integer(lines.length), count = 1 + random.integer(3);
      if (random.chance(0.5)) lines.splice(line, count);
      else lines.splice(line, 0, ...lines.slice(line, line + count));
      return Uint8Array.from(lines.join("\n"), (char) => char.charCodeAt(0));
    }
    case 3: // a piece away
      return splice(at(), 1 + random.integer(199));
    case 4: // a token in place of some bytes
      return splice(
        at(),
        random.integer(12),
        new TextEncoder().encode(TOKENS[random.integer(TOKENS.length)]),
      );
    case 5: { // an integer of 1 to 8 bytes: sizes, counts, offsets
      const out = bytes.slice(), width = [1, 2, 4, 8][random.integer(4)];
      let value = INTEGERS[random.integer(INTEGERS.length)];
      const place = at();
      for (let k = 0; k < width && place + k < out.length; k++, value = Math.floor(value / 256)) {
        out[place + k] = value;
      }
      return out;
    }
    default: // random bytes in between
      return splice(
        at(),
        0,
        Uint8Array.from({ length: 1 + random.integer(39) }, () => random.integer(256)),
      );
  }
}

/** What a law over mutations saw. */
export interface Outcomes {
  readonly values: number;
  readonly errors: number;
}

/** Read `count` damaged copies: each must give a value or a DataError that names the file.
 *
 * @param read Reads a copy; may check the value that it gives.
 */
export async function assertValueOrError(
  base: Uint8Array,
  file: string,
  count: number,
  read: (bytes: Uint8Array) => unknown,
): Promise<Outcomes> {
  const random = new Random(11);
  let values = 0, errors = 0;
  for (let k = 0; k < count; k++) {
    let bytes = mutate(base, random);
    if (random.chance(0.3)) bytes = mutate(bytes, random);
    try {
      await read(bytes);
      values++;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      assert(error.file.startsWith(file) && error.message.includes(error.file), error.message);
      errors++;
    }
  }
  return { values, errors };
}
