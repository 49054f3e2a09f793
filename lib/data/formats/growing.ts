/** Columns that are filled part by part. */
import type { Numbers, TextColumn } from "./columns.ts";
import type { CodedTexts } from "./series.ts";

/** A column of numbers. */
export class GrowingNumbers {
  #values: Numbers;
  #rows = 0;

  /** @param values An empty array of the column's type. */
  constructor(values: Numbers) {
    this.#values = values;
  }

  /** Add the numbers of a part. @param expected Number of rows in all, as far as is known. */
  add(part: ArrayLike<number>, expected: number): void {
    const ArrayType = this.#values.constructor as new (length: number) => Numbers,
      rows = this.#rows + part.length;
    this.#values = grown(this.#values, rows, expected, (length) => new ArrayType(length));
    this.#values.set(part, this.#rows);
    this.#rows = rows;
  }

  /** All numbers. */
  finish(): Numbers {
    return this.#values.subarray(0, this.#rows);
  }
}

/** A column of text. */
export class GrowingTexts {
  readonly #texts: string[] = [];
  readonly #indexOf = new Map<string, number>();
  #indices: TextColumn["indices"] = new Uint8Array(0);
  #rows = 0;

  /** Add the cells of a part. @param expected Number of rows in all, as far as is known. */
  add({ codes, textOf }: CodedTexts, expected: number): void {
    const most = [...textOf.keys()].reduce((most, code) => Math.max(most, code), 0);
    const known = new Int32Array(most + 1).fill(-1), from = this.#rows;
    this.#rows += codes.length;
    // The fewer the texts, the fewer bytes an index takes.
    const count = this.#texts.length + textOf.size;
    const IndexArray = count <= 2 ** 8 ? Uint8Array : count <= 2 ** 16 ? Uint16Array : Uint32Array;
    if (this.#indices.BYTES_PER_ELEMENT < IndexArray.BYTES_PER_ELEMENT) {
      this.#indices = new IndexArray(this.#indices);
    }
    const ArrayType = this.#indices.constructor as new (length: number) => TextColumn["indices"];
    const indices = this.#indices = grown(
      this.#indices,
      this.#rows,
      expected,
      (length) => new ArrayType(length),
    );
    for (let row = 0; row < codes.length; row++) {
      const code = codes[row];
      if (known[code] < 0) known[code] = this.#find(textOf.get(code)!);
      indices[from + row] = known[code];
    }
  }

  /** All cells. */
  finish(): TextColumn {
    return { texts: this.#texts, indices: this.#indices.subarray(0, this.#rows) };
  }

  #find(text: string): number {
    const index = this.#indexOf.get(text) ?? this.#texts.push(text) - 1;
    this.#indexOf.set(text, index);
    return index;
  }
}

/** An array for so many rows, with the values of another: itself if it is long enough. */
function grown<T extends Numbers | TextColumn["indices"]>(
  from: T,
  rows: number,
  expected: number,
  make: (length: number) => T,
): T {
  if (rows <= from.length) return from;
  const to = make(Math.ceil(Math.max(expected * 1.03, rows)));
  to.set(from);
  return to;
}
