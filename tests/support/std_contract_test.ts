/** What this project relies on in `@std/cli` and `@std/assert`. It holds for the true packages and for the stand-ins in
 * `offline/`, whichever the import map resolves. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  AssertionError,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
  fail,
} from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";

/** Whether `run` ends with an AssertionError, found without the assertions under test. */
function fails(run: () => unknown): boolean {
  try {
    run();
  } catch (error) {
    if (error instanceof AssertionError) return true;
    throw error;
  }
  return false;
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const nan = NaN;
const table: [name: string, passes: () => unknown, failing: () => unknown][] = [
  ["assert", () => assert(1), () => assert(0)],
  ["assertEquals", () => assertEquals({ a: [1, nan] }, { a: [1, nan] }), () => assertEquals([1, 2], [1, 3])],
  [
    "assertEquals on keys",
    () => assertEquals(new Set([1]), new Set([1])),
    () => assertEquals<object>({ a: undefined }, {}),
  ],
  [
    "assertEquals on bytes",
    () => assertEquals(new Float32Array(2), new Float32Array(2)),
    () => assertEquals<ArrayLike<number>>(new Float32Array(2), new Float64Array(2)),
  ],
  ["assertNotEquals", () => assertNotEquals([1], [2]), () => assertNotEquals([1], [1])],
  ["assertAlmostEquals", () => assertAlmostEquals(1, 1 + 1e-8), () => assertAlmostEquals(1, 1 + 1e-6)],
  [
    "assertAlmostEquals, tolerance",
    () => assertAlmostEquals(1, 1.1, 0.2),
    () => assertAlmostEquals(1, nan, 9),
  ],
  ["assertGreater", () => assertGreater(2, 1), () => assertGreater(1, 1)],
  ["assertStringIncludes", () => assertStringIncludes("abc", "bc"), () => assertStringIncludes("abc", "bd")],
  ["assertThrows", () => assertThrows(() => JSON.parse("{"), SyntaxError), () => assertThrows(() => 1)],
];
for (const [name, passes, failing] of table) {
  Deno.test(`${name} passes on what holds and throws an AssertionError on what does not`, () => {
    expect(!fails(passes), "it refused what holds");
    expect(fails(failing), "it accepted what does not hold");
  });
}

Deno.test("AssertionError carries its message, and fail always throws it", () => {
  expect(new AssertionError("x").message === "x", "message");
  expect(fails(() => fail("x")), "fail returned");
});

Deno.test("assertThrows returns the error, and checks its class and message", () => {
  const error = new RangeError("Cannot do it: got 3");
  const run = () => {
    throw error;
  };
  expect(assertThrows(run, RangeError, "got 3") === error, "it returned something else");
  expect(fails(() => assertThrows(run, TypeError)), "it accepted another class");
  expect(fails(() => assertThrows(run, RangeError, "got 4")), "it accepted another message");
});

Deno.test("assertRejects returns the error, and refuses a promise that resolves and a synchronous throw", async () => {
  const error = new RangeError("got 3");
  expect(
    await assertRejects(() => Promise.reject(error), RangeError, "got") === error,
    "it returned something else",
  );
  const refused = (run: () => Promise<unknown>) =>
    run().then(() => false, (e) => e instanceof AssertionError);
  expect(await refused(() => assertRejects(() => Promise.resolve(1))), "it accepted a promise that resolves");
  expect(
    await refused(() => assertRejects(() => Promise.reject(error), TypeError)),
    "it accepted another class",
  );
  expect(
    await refused(() =>
      assertRejects(() => {
        throw error;
      })
    ),
    "it accepted a synchronous throw",
  );
});

Deno.test("parseArgs reads declared strings and booleans, and leaves the rest in _", () => {
  const args = parseArgs(["train", "--data", "a b", "--seed=007", "--json", "more"], {
    string: ["data", "seed"],
    boolean: ["json", "resume"],
  });
  assertEquals<unknown>({ ...args }, {
    _: ["train", "more"],
    data: "a b",
    seed: "007",
    json: true,
    resume: false,
  });
});

Deno.test("parseArgs makes numbers of undeclared values and positionals unless they are strings", () => {
  assertEquals<unknown>({ ...parseArgs(["3", "--n", "4"]) }, { _: [3], n: 4 });
  assertEquals<unknown>({ ...parseArgs(["3", "--n", "4"], { string: ["_", "n"] }) }, { _: ["3"], n: "4" });
});

Deno.test("parseArgs takes true and false after a boolean, and no other value", () => {
  const read = (...args: string[]) => ({ ...parseArgs(args, { boolean: ["json"] }) });
  assertEquals<unknown>(read("--json", "false", "x"), { _: ["x"], json: false });
  assertEquals<unknown>(read("--json=false"), { _: [], json: false });
  assertEquals<unknown>(read("--json", "x"), { _: ["x"], json: true });
});

Deno.test("parseArgs gives an empty string for a string option without a value", () => {
  assertEquals<unknown>({ ...parseArgs(["--data", "--json"], { string: ["data"], boolean: ["json"] }) }, {
    _: [],
    data: "",
    json: true,
  });
});

Deno.test("parseArgs uses defaults only where the option is absent, and the last of repeated values", () => {
  const args = parseArgs(["--seed", "1", "--seed", "2"], {
    string: ["seed", "out"],
    default: { seed: "0", out: "runs" },
  });
  assertEquals<unknown>({ ...args }, { _: [], seed: "2", out: "runs" });
});

Deno.test("parseArgs keeps everything after -- as it is", () => {
  assertEquals<unknown>({ ...parseArgs(["a", "--", "--json", "3"], { boolean: ["json"] }) }, {
    _: ["a", "--json", "3"],
    json: false,
  });
  assertEquals<unknown>({ ...parseArgs(["--data", "--", "x"], { string: ["data"] }) }, {
    _: ["x"],
    data: "",
  });
});

Deno.test("parseArgs asks about each unknown option and positional, and leaves out what is refused", () => {
  const asked: unknown[][] = [];
  const args = parseArgs(["train", "--sed", "3", "--seed", "4"], {
    string: ["seed"],
    unknown: (...question) => {
      asked.push(question);
      return false;
    },
  });
  assertEquals<unknown>({ ...args }, { _: [], seed: "4" });
  assertEquals(asked.map(([arg, key, value]) => [arg, key, value]), [
    ["train", undefined, undefined],
    ["--sed", "sed", "3"],
  ]);
});
