/** A process with limits: its answers, and what becomes of a request that it cannot answer. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError, IadnetError } from "../../lib/core/errors.ts";
import { packageFolders } from "../../lib/core/permissions.ts";
import { limitedCommand, LimitedProcess } from "../../lib/report/limited_process.ts";

const SCRIPT = new URL("../support/limited_child.ts", import.meta.url);
const FILE = new URL(import.meta.url).pathname;

/** Use a process and close it. */
async function withProcess(
  { seconds = 20, ...limits }: { seconds?: number; read?: string[]; processor?: number },
  use: (
    ask: (name: string, value?: unknown) => Promise<unknown>,
    child: LimitedProcess,
  ) => Promise<void>,
): Promise<void> {
  const library = await packageFolders();
  const command = limitedCommand(SCRIPT, { memory: 2 ** 30, read: [], ...limits }, library);
  const child = new LimitedProcess(command, seconds);
  try {
    await use((name, value) => child.ask([name, value], "a.csv"), child);
  } finally {
    await child.close();
  }
}

Deno.test("Values and typed arrays of any size come back as they were sent, one request after the other", () =>
  withProcess({}, async (ask) => {
    const long = Float32Array.from({ length: 500_000 }, (_, i) => Math.sin(i));
    for (
      const value of [null, "größe", { a: [1, undefined, { b: new Map([[1, 2]]) }] }, long, new Uint8Array(0)]
    ) {
      assertEquals(await ask("echo", value), value);
    }
  }));

Deno.test("An answer goes with the next request as it came; a request that has nothing else gets null", () =>
  withProcess({}, async (ask, child) => {
    const value = { left: "größe", x: Float32Array.from({ length: 100_000 }, (_, i) => i / 7) };
    const packed = await child.askPacked(["echo", value], "a.csv");
    assertEquals(await child.ask(["more"], "a.csv", packed), value);
    assertEquals(await ask("more"), null);
  }));

Deno.test("An error in the process is an error of the same kind here", () =>
  withProcess({}, async (ask) => {
    const error = await assertRejects(
      () => ask("refuse", "b.csv"),
      DataError,
      "Cannot read b.csv: it is odd",
    );
    assertEquals([error.file, error.position], ["b.csv", "line 3"]);
    const fault = await assertRejects(() => ask("fail"), IadnetError, "it is our fault");
    assert(!(fault instanceof DataError));
    assertEquals(await ask("echo", 1), 1);
  }));

Deno.test("What is no answer is an error with the file's name at once, and takes no memory", () =>
  withProcess({ seconds: 60 }, async (ask) => {
    const answers = {
      "no bytes": [0, 0, 0, 0],
      "4 GiB": [255, 255, 255, 255],
      "no value": [2, 0, 0, 0, 7, 7],
    };
    for (const [what, bytes] of Object.entries(answers)) {
      const started = performance.now();
      await assertRejects(
        () => ask("send", bytes),
        DataError,
        "Cannot read a.csv: the process that reads it answers",
      );
      assert(performance.now() - started < 30_000, what);
      assertEquals(await ask("echo", what), what);
    }
  }));

Deno.test("A process that hangs, dies or takes too much memory is an error with the file's name, and the next request is answered", () =>
  withProcess({ seconds: 3 }, async (ask) => {
    const cases: [string, unknown, string][] = [
      ["hang", undefined, "the process that reads it took more than 3 s"],
      ["end", 7, "the process that reads it ended by itself, code 7"],
    ];
    if (Deno.build.os === "linux") {
      cases.push(["fill", 4 * 2 ** 30, "the process that reads it ended by itself, code 1"]);
    }
    for (const [name, value, why] of cases) {
      const error = await assertRejects(() => ask(name, value), DataError);
      assertEquals([error.message, error.file], [`Cannot read a.csv: ${why}`, "a.csv"]);
      assertEquals(await ask("echo", name), name);
    }
    assertEquals([await ask("fill", 2 ** 28), await ask("wait", 10)], [2 ** 28, 10]);
  }));

Deno.test("A process that is closed in the midst of a request ends, and its request is refused", () =>
  withProcess({}, async (ask, child) => {
    await child.start();
    const asked = assertRejects(() => ask("hang"), DataError, "ended by SIGKILL");
    await child.close();
    await asked;
    assertEquals(await ask("echo", 1), 1);
  }));

Deno.test({
  name: "A process ends at its limit of processor time, though nobody waits for it any more",
  ignore: Deno.build.os === "windows",
  fn: () =>
    withProcess({ processor: 2 }, async (ask) => {
      const error = await assertRejects(() => ask("hang"), DataError, "the process that reads it ended by ");
      assert(!error.message.includes("took more than"), error.message);
    }),
});

Deno.test("A process reads the files that it is given, and reaches nothing else", () =>
  withProcess({ read: [FILE] }, async (ask) => {
    assertEquals(await ask("read", FILE), await Deno.readTextFile(FILE));
    assertEquals(await ask("environment"), 0);
    for (const [name, value] of [["read", SCRIPT.pathname], ["write", `${FILE}.tmp`], ["connect"]]) {
      await assertRejects(() => ask(name, value), IadnetError, "access to");
    }
  }));
