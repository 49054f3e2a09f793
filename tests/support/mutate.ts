/** Damage to the bytes of a file, drawn from a seed: what a disk, a network or an attacker might do to it. */
import { DataError } from "../../lib/core/errors.ts";
import { sha256 } from "../../lib/core/files.ts";
import { Random } from "../../lib/core/random.ts";
import type { Parser } from "./parsers.ts";

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
      const starts = [0];
      for (let k = bytes.indexOf(10); k >= 0; k = bytes.indexOf(10, k + 1)) starts.push(k + 1);
      const line = random.integer(starts.length), count = 1 + random.integer(3);
      const from = starts[line], toEnd = line + count >= starts.length;
      const lines = bytes.subarray(from, toEnd ? bytes.length : starts[line + count]);
      if (random.chance(0.5)) {
        return toEnd ? bytes.slice(0, Math.max(0, from - 1)) : splice(from, lines.length);
      }
      if (!toEnd) return splice(from, 0, lines);
      const ended = new Uint8Array(lines.length + 1);
      ended.set(lines);
      ended[lines.length] = 10;
      return splice(from, 0, ended);
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

/** A safetensors file with the right checksum in the place where it stands: what an attacker makes of a changed one. */
export function signed(bytes: Uint8Array): Uint8Array {
  const at = 8 + `{"__metadata__":{"sha256":"`.length, out = bytes.slice();
  if (out.length < at + 64) return out;
  out.fill(48, at, at + 64);
  out.set(new TextEncoder().encode(sha256(out)), at);
  return out;
}

/** What came of damaged bytes. */
export interface Outcomes {
  /** How many were read all the same. */
  readonly values: number;
  /** How many were refused. */
  readonly errors: number;
  /** The longest that one took, ms. */
  readonly slowest: number;
}

/** Let a reader read damaged copies of its bytes: each must give a value that passes the reader's checks, or a DataError that
 * names the file.
 *
 * @param folder A folder for what is on disk.
 * @throws {Error} With the number of the copy, if one gives anything else.
 */
export async function readDamaged(
  { make, file, read, sign, process }: Parser,
  folder: string,
  count: number,
  seed: number,
): Promise<Outcomes> {
  const base = await make(folder), name = file(folder), random = new Random(seed);
  await process?.start();
  await read(base, name, folder); // sound bytes are read, and libraries loaded, before the time counts
  let values = 0, errors = 0, slowest = 0;
  for (let k = 0; k < count; k++) {
    let bytes = mutate(base, random);
    if (random.chance(0.3)) bytes = mutate(bytes, random);
    if (sign) bytes = sign(bytes);
    await process?.start();
    const started = performance.now();
    try {
      await read(bytes, name, folder);
      values++;
    } catch (cause) {
      const says = cause instanceof DataError && cause.file.startsWith(name) &&
        cause.message.includes(cause.file);
      if (!says) throw new Error(`Copy ${k} of seed ${seed}: ${(cause as Error).stack}`, { cause });
      errors++;
    }
    slowest = Math.max(slowest, performance.now() - started);
  }
  await process?.close();
  return { values, errors, slowest };
}
