import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseFrameLine } from "../../lib/cli/frame_line.ts";

/** Lines that hold a frame: x, y and t. */
const FRAMES: readonly [line: string, x: number[] | null, y: number[] | null, t?: unknown][] = [
  ['{"x": [1, 2, 3], "y": [4, 5, 6]}', [1, 2, 3], [4, 5, 6]],
  ['{"x": [[1, 2, 3]], "y": [[4, 5, 6]], "t": 0.5, "camera": "a"}', [1, 2, 3], [4, 5, 6], 0.5],
  ['{"x": null, "y": [4, 5, 6]}', null, [4, 5, 6]],
  ['{"y": [4, 5, 6]}', null, [4, 5, 6]],
  ["{}", null, null],
  ['{"x": [null, null, null], "y": []}', null, null],
  ['{"x": [NaN, 2, 3], "y": [4, Infinity, -Infinity]}', [NaN, 2, 3], [4, NaN, NaN]],
  ['{"x": [NaN,NaN,NaN],"y":[null,5,6],"t":NaN}', null, [NaN, 5, 6], null],
  ['{"x": [null, [1, 2, 3]], "y": [[4, 5, NaN], null]}', [NaN, NaN, NaN, 1, 2, 3], [
    4,
    5,
    NaN,
    NaN,
    NaN,
    NaN,
  ]],
  ['{"x": [1e400, 2, 3], "y": [1e30, 0, 0]}', [Infinity, 2, 3], [1e30, 0, 0]],
];

Deno.test("A frame is read from flat and nested lists; null, NaN and infinite numbers are missing", () => {
  for (const [line, x, y, t] of FRAMES) {
    assertEquals(parseFrameLine(line), { x, y, ...(t !== undefined && { t: t as number }) }, line);
  }
});

/** Lines that hold none, and why. */
const REFUSED: Readonly<Record<string, string>> = {
  "x": "not JSON",
  '{"x": [1, 2': "not JSON",
  "{'x': [1]}": "not JSON",
  "\u0000": "not JSON",
  "null": "expected an object",
  "NaN": "expected an object",
  "[1, 2]": "expected an object",
  '"x"': "expected an object",
  '{"x": 1, "y": []}': "x must be a list of numbers",
  '{"x": {"0": 1}, "y": []}': "x must be a list of numbers",
  '{"x": [], "y": "NaN"}': "y must be a list of numbers",
  '{"x": ["0,34", 1, 2], "y": []}': 'it holds "0,34"',
  '{"x": [true, 1, 2], "y": []}': "it holds true",
  '{"x": [[[1, 2, 3]]], "y": []}': "three coordinates",
  '{"x": [[1, 2], [3, 4, 5, 6]], "y": []}': "joint 0 has not",
  '{"x": [[1, 2, 3], 4, 5, 6], "y": []}': "joint 1 has not",
  '{"x": [], "y": [], "pair": ""}': "pair must be a number or a text",
  '{"x": [], "y": [], "pair": null}': "pair must be",
  '{"x": [], "y": [], "pair": [1]}': "pair must be",
  [`{"x": [], "y": [], "pair": "${"a".repeat(101)}"}`]: "1 to 100 characters",
};

Deno.test("A line that holds no frame is refused in words", () => {
  for (const [line, why] of Object.entries(REFUSED)) {
    const got = parseFrameLine(line);
    assertStringIncludes("why" in got ? got.why : `a frame: ${JSON.stringify(got)}`, why, line);
  }
});

Deno.test("A line names its pair by a text or a number, also where its joints cannot be read", () => {
  assertEquals(parseFrameLine('{"x": [1], "y": [2], "pair": "left"}'), { x: [1], y: [2], pair: "left" });
  assertEquals(parseFrameLine('{"x": [1], "y": [2], "pair": 0}'), { x: [1], y: [2], pair: 0 });
  const bad = parseFrameLine('{"x": 1, "y": [2], "pair": 7}');
  assertEquals(bad, { why: "x must be a list of numbers", pair: 7 });
});
