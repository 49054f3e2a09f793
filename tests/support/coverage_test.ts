import { assertAlmostEquals, assertEquals } from "@std/assert";
import { codeLines, describeCoverage, parseCoverage } from "./coverage.ts";
import { pageRecord } from "./page_coverage.ts";

const record = (file: string, counts: number[]) =>
  `SF:${file}\n${counts.map((count, i) => `DA:${i + 1},${count}\n`).join("")}end_of_record\n`;

Deno.test("Coverage counts the lines of code of the library alone, and names those that were missed", () => {
  const lcov = record("/r/lib/a.ts", [1, 0, 0, 5, 0]) + record("/r/tests/b.ts", [0]) +
    record("/r/lib/c.ts", [2, 0]) + record("/r/lib/c.ts", [0, 3]);
  const files = parseCoverage(lcov, "/r/", {
    "lib/a.ts": "a();\nb();\nc();\nd();\n// e",
    "lib/c.ts": "a();\nb();\n",
    "lib/never.ts": "a();\n",
    "lib/types.ts": "/** A type. */\nexport interface A {\n  b: string;\n}\n",
  });
  assertEquals(files, [
    { file: "lib/a.ts", lines: 4, missed: [2, 3] },
    { file: "lib/c.ts", lines: 2, missed: [] },
    { file: "lib/never.ts", lines: 1, missed: [1] },
    { file: "lib/types.ts", lines: 0, missed: [] },
  ]);
  const { percent, missed } = describeCoverage(files);
  assertAlmostEquals(percent, 100 * 4 / 7);
  assertEquals(missed, ["lib/a.ts: 2-3", "lib/never.ts: 1"]);
});

Deno.test("Lines of comments, types, texts and brackets are no code", () => {
  const source =
    "/* a */\nconst a: number = 1;\n\ntype A =\n  | number;\nf(\n  `text`,\n);\nexport const b = 2;\n";
  assertEquals(codeLines(source), [2, 6, 9]);
});

Deno.test("What a page's script ran is given back to the lines of its modules", () => {
  const one = '/// <reference lib="dom" />\nexport function a() {\n  b();\n}\n';
  const two = 'import {\n  a,\n} from "./one.js";\nif (x) {\n  a();\n}\nc();\n';
  const script = `(() => {\nfunction a() {\n  b();\n}\nif (x) {\n  a();\n}\nc();\n})()`;
  const at = (text: string) => script.indexOf(text);
  const functions = [
    { ranges: [{ startOffset: 0, endOffset: script.length, count: 1 }] },
    {
      ranges: [
        { startOffset: 1, endOffset: script.length - 3, count: 1 },
        { startOffset: at("{\n  a()"), endOffset: at("c();"), count: 0 },
      ],
    },
    { ranges: [{ startOffset: at("function"), endOffset: at("if"), count: 0 }] },
  ];
  assertEquals(
    pageRecord(script, functions, [{ file: "/1", text: one }, { file: "/2", text: two }, {
      file: "/3",
      text: "z",
    }]),
    "SF:/1\nDA:2,0\nDA:3,0\nDA:4,0\nDA:5,0\nend_of_record\nSF:/2\nDA:4,1\nDA:5,0\nDA:6,0\nDA:7,1\nDA:8,0\nend_of_record\n",
  );
});
