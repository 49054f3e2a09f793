/** Damage to the bytes of a file, drawn from a seed: what a disk, a network or an attacker might do to it. */
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
  const at = () => random.integer(0, Math.max(1, bytes.length));
  const splice = (from: number, cut: number, insert: Uint8Array = new Uint8Array(0)) => {
    const tail = bytes.subarray(Math.min(bytes.length, from + cut));
    const out = new Uint8Array(Math.min(from, bytes.length) + insert.length + tail.length);
    out.set(bytes.subarray(0, from));
    out.set(insert, Math.min(from, bytes.length));
    out.set(tail, out.length - tail.length);
    return out;
  };
  switch (random.integer(0, 7)) {
    case 0: { // a few bits
      const out = bytes.slice();
      for (let k = random.integer(1, 9); k > 0; k--) out[at()] ^= 1 << random.integer(0, 8);
      return out;
    }
    case 1: // cut short
      return bytes.slice(0, at());
    case 2: { // drop or double lines
      const lines = new TextDecoder("latin1").decode(bytes).split("\n");
      const line = random.integer(0, lines.length), count = random.integer(1, 4);
      if (random.chance(0.5)) lines.splice(line, count);
      else lines.splice(line, 0, ...lines.slice(line, line + count));
      return Uint8Array.from(lines.join("\n"), (char) => char.charCodeAt(0));
    }
    case 3: // a piece away
      return splice(at(), random.integer(1, 200));
    case 4: // a token in place of some bytes
      return splice(
        at(),
        random.integer(0, 12),
        new TextEncoder().encode(TOKENS[random.integer(0, TOKENS.length)]),
      );
    case 5: { // an integer of 1 to 8 bytes: sizes, counts, offsets
      const out = bytes.slice(), width = [1, 2, 4, 8][random.integer(0, 4)];
      let value = INTEGERS[random.integer(0, INTEGERS.length)];
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
        Uint8Array.from({ length: random.integer(1, 40) }, () => random.integer(0, 256)),
      );
  }
}
