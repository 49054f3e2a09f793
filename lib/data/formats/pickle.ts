/** Reader for one kind of pickle: a dictionary of text to integers, protocols 1 to 5. It knows the few instructions that such
 * a file needs, builds nothing else, and never calls or imports anything that the file names. */
import { DataError } from "../../core/errors.ts";

type Value = string | number | Map<string, number>;

/** Start of a batch of items on the stack. */
const MARK = Symbol("mark");

/** Read a pickled dictionary of text to integers.
 * @param bytes Content of the file. @param file Path to name in errors.
 * @throws {DataError} At the first instruction that such a dictionary does not need, or where the file ends too early. */
export function readPickledIntegers(bytes: Uint8Array, file: string): Map<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const memo = new Map<number, Value>(), stack: (Value | typeof MARK)[] = [];
  let at = 0, began = 0, dictionaries = 0, texts = 0;
  const refuse = (why: string) =>
    new DataError(`Cannot read ${file}: ${why} at byte ${began}`, file, `byte ${began}`);
  const take = (count: number) => {
    if (!(count <= bytes.length - at)) throw refuse("the file ends inside the instruction");
    at += count;
    return at - count;
  };
  const begin = () => {
    if (dictionaries++ > 0) throw refuse("expected one dictionary, found another");
    stack.push(new Map());
  };
  // A file of nothing but such instructions would take many times its size in memory.
  const store = (index: number) => {
    memo.set(index, top());
    if (memo.size > dictionaries + texts) throw refuse("expected no more stored values than there are texts");
  };
  const u8 = () => bytes[take(1)], u32 = () => view.getUint32(take(4), true);
  const text = (length: number) => {
    const from = take(length);
    texts++;
    return new TextDecoder().decode(bytes.subarray(from, from + length));
  };
  const top = () => {
    const value = stack.at(-1);
    if (value === undefined || value === MARK) throw refuse("nothing is on the stack");
    return value;
  };
  const pop = () => {
    const value = top();
    stack.pop();
    return value;
  };
  const recall = (index: number) => {
    const value = memo.get(index);
    if (value === undefined) throw refuse(`nothing is stored as ${index}`);
    stack.push(value);
  };
  const setItems = (items: readonly (Value | typeof MARK)[]) => {
    const dictionary = top();
    if (!(dictionary instanceof Map) || items.length % 2 !== 0) {
      throw refuse("expected a dictionary and its items");
    }
    for (let k = 0; k < items.length; k += 2) {
      const key = items[k], value = items[k + 1];
      if (typeof key !== "string" || typeof value !== "number") {
        throw refuse("expected items of text and integer");
      }
      dictionary.set(key, value);
    }
  };
  const longInteger = (length: number) => {
    if (length > 6) throw refuse("expected an integer of at most 6 bytes");
    const from = take(length);
    let value = 0;
    for (let k = length - 1; k >= 0; k--) value = value * 256 + bytes[from + k];
    return length > 0 && bytes[from + length - 1] > 127 ? value - 256 ** length : value;
  };
  const instructions: Readonly<Record<number, () => void>> = {
    0x80: () => void u8(), // PROTO
    0x95: () => void take(8), // FRAME
    0x7d: begin, // EMPTY_DICT
    0x28: () => stack.push(MARK), // MARK
    0x58: () => stack.push(text(u32())), // BINUNICODE
    0x8c: () => stack.push(text(u8())), // SHORT_BINUNICODE
    0x55: () => stack.push(text(u8())), // SHORT_BINSTRING, of Python 2
    0x4b: () => stack.push(u8()), // BININT1
    0x4d: () => stack.push(view.getUint16(take(2), true)), // BININT2
    0x4a: () => stack.push(view.getInt32(take(4), true)), // BININT
    0x8a: () => stack.push(longInteger(u8())), // LONG1
    0x88: () => stack.push(1), // NEWTRUE
    0x89: () => stack.push(0), // NEWFALSE
    0x94: () => store(memo.size), // MEMOIZE
    0x71: () => store(u8()), // BINPUT
    0x72: () => store(u32()), // LONG_BINPUT
    0x68: () => recall(u8()), // BINGET
    0x6a: () => recall(u32()), // LONG_BINGET
    0x73: () => { // SETITEM
      const value = pop(), key = pop();
      setItems([key, value]);
    },
    0x75: () => { // SETITEMS
      const mark = stack.lastIndexOf(MARK);
      if (mark < 0) throw refuse("no batch was begun");
      const items = stack.splice(mark);
      setItems(items.slice(1));
    },
  };
  for (;;) {
    began = at;
    if (at >= bytes.length) throw refuse("the file ends before its STOP");
    const code = bytes[at++];
    if (code === 0x2e) break; // STOP
    const run = Object.hasOwn(instructions, code) ? instructions[code] : undefined;
    if (!run) {
      const hex = code.toString(16).padStart(2, "0");
      throw refuse(`expected a plain dictionary of text to integers, found instruction 0x${hex}`);
    }
    run();
  }
  const value = pop();
  if (!(value instanceof Map)) throw refuse("expected a dictionary");
  return value;
}
