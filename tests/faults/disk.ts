// deno-lint-ignore-file no-console -- says what went wrong
/** A full disk, a read-only folder, requests to end, two processes on one run: a clear message, an exit code other than 0, and
 * a run that goes on to the same bits. */
import { send } from "../../lib/core/signals.ts";
import { exists } from "../../lib/core/files.ts";
import { Random } from "../../lib/core/random.ts";
import {
  ended,
  type Figure,
  hashFolder,
  inFolder,
  smallTrain,
  startCli,
  startDeno,
  type Trial,
  until,
  writeSmallData,
} from "./kit.ts";
import { LAUNCHER } from "../support/cli.ts";

/** One trial: it must be stopped with this code and this message, and then go on. */
interface Case {
  readonly name: string;
  readonly code: number;
  readonly says: RegExp;
  /** Make the trouble, run, and end the trouble. */
  readonly run: (place: Place) => Promise<{ code: number; err: string }>;
}

/** Where a case works. */
interface Place {
  /** A folder of its own. */
  readonly folder: string;
  /** The run directory to be. */
  readonly out: string;
  /** Arguments of the run. */
  readonly args: readonly string[];
  readonly random: Random;
}

/** Run the trial. */
export async function disk({ long, seed }: Trial): Promise<Figure> {
  const random = new Random(seed), counts = { cases: 0, broken: 0 };
  await inFolder(async (folder) => {
    await writeSmallData(`${folder}/data`);
    const whole = await ended(
      startCli(smallTrain(`${folder}/data`, "--workers", "1", "--out", `${folder}/whole`)),
    );
    if (whole.code !== 0) throw new Error(whole.err);
    const expected = await hashFolder(`${folder}/whole`);
    const mounts = await canMount(folder), seals = await canSeal(folder);
    const always = [fileLimit, ...(mounts ? [fullDisk] : []), asked("SIGTERM", 143), two, interrupted];
    const rest = [
      ...(mounts ? [readOnly] : []),
      ...(seals ? [sealed] : []),
      asked("SIGINT", 130),
      asked("SIGHUP", 129),
    ];
    const all = long ? [...always, ...rest] : always;
    for (let round = 0; round < (long ? 9 : 1); round++) {
      for (const own of all) {
        const base = `${folder}/${counts.cases++}`, out = `${base}/run`;
        await Deno.mkdir(base);
        const args = smallTrain(`${folder}/data`, "--workers", String(1 + round % 2), "--out", out);
        const { code, err } = await own.run({ folder: base, out, args, random });
        const begun = await exists(`${out}.partial`);
        const again = await ended(startCli(begun ? ["train", "--resume", out] : args));
        const same = again.code === 0 && await hashFolder(out) === expected;
        const quiet = !/Uncaught|^\s+at /m.test(err);
        await command("umount", base);
        if (code === own.code && own.says.test(err) && same && quiet) continue;
        counts.broken++;
        console.error(
          `${own.name}: exit ${code}, then ${again.code}, same bits ${same}\n${err}\n${again.err}`,
        );
      }
    }
  });
  const line =
    `${counts.cases} cases of full disks, read-only folders, signals and second processes: ${counts.broken} broken`;
  return { trial: "disk", held: counts.broken === 0, line, numbers: counts };
}

/** A limit on the size of files, which the system's next write past it runs into. */
const fileLimit: Case = {
  name: "file limit",
  code: 1,
  says: /Cannot write .*: File too large/,
  run: async ({ args, random }) => {
    const script = `trap '' XFSZ; ulimit -f ${20 + random.integer(20)}; exec "$@"`; // in units of 512 or 1024 bytes
    return await ended(startCli(args, ["bash", "-c", script, "limited"]));
  },
};

const fullDisk: Case = {
  name: "full disk",
  code: 1,
  says: /Cannot (write|create folder) .*: No space left on device/,
  run: async ({ folder, args, random }) => {
    await command("mount", "-t", "tmpfs", "-o", `size=${100 + 10 * random.integer(50)}k`, "tmpfs", folder);
    const result = await ended(startCli(args));
    await command("mount", "-o", "remount,size=100m", folder);
    return result;
  },
};

const readOnly: Case = {
  name: "read-only file system",
  code: 1,
  says: /Cannot create folder .*: Read-only file system/,
  run: async ({ folder, args }) => {
    await command("mount", "-t", "tmpfs", "-o", "ro", "tmpfs", folder);
    const result = await ended(startCli(args));
    await command("umount", folder);
    return result;
  },
};

/** A folder that nothing can be written to any more, from some moment of the training on. */
const sealed: Case = {
  name: "sealed folder",
  code: 1,
  says: /Cannot write .*: (Operation not permitted|Permission denied)/,
  run: async ({ out, args }) => {
    const child = startCli(args), folder = `${out}.partial/cells`;
    await until(() => exists(folder));
    await command("chattr", "+i", folder);
    const result = await ended(child);
    await command("chattr", "-i", folder);
    return result;
  },
};

/** A request to end, at some moment of the training. */
const asked = (signal: "SIGTERM" | "SIGINT" | "SIGHUP", code: number): Case => ({
  name: signal,
  code,
  says: new RegExp(`Interrupted by ${signal}`),
  run: async ({ out, args, random }) => {
    const child = startCli(args);
    await until(() => exists(`${out}.partial/checkpoints`));
    await new Promise((resolve) => setTimeout(resolve, random.uniform(0, 100)));
    send(child, signal);
    return await ended(child);
  },
});

/** Ctrl-C in the terminal of `deno task train`: every process of its group gets the signal, and those that start others pass it
 * on. */
const interrupted: Case = {
  name: "Ctrl-C",
  code: 130,
  says: /Interrupted by SIGINT/,
  run: async ({ out, args, random }) => {
    const child = startDeno([...LAUNCHER, ...args], ["setsid"]);
    await until(() => exists(`${out}.partial/checkpoints`));
    await new Promise((resolve) => setTimeout(resolve, random.uniform(0, 100)));
    await command("kill", "-INT", "--", `-${child.pid}`);
    return await ended(child);
  },
};

/** A second process on an unfinished run, while the first is at work. */
const two: Case = {
  name: "second process",
  code: 2,
  says: /Cannot use .*: process \d+, started .*, is using it/,
  run: async ({ out, args }) => {
    const first = startCli(args);
    await until(() => exists(`${out}.partial/checkpoints`));
    send(first, "SIGSTOP"); // or it might be done before the second has started
    const second = await ended(startCli(["train", "--resume", out]));
    send(first, "SIGCONT");
    send(first, "SIGTERM");
    await ended(first);
    return second;
  },
};

/** Whether a file system can be mounted here. */
async function canMount(folder: string): Promise<boolean> {
  await Deno.mkdir(`${folder}/try`);
  const can = await command("mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", `${folder}/try`);
  return can && await command("umount", `${folder}/try`);
}

/** Whether a folder can be made unchangeable here, even for its owner. */
async function canSeal(folder: string): Promise<boolean> {
  await Deno.mkdir(`${folder}/seal`);
  return await command("chattr", "+i", `${folder}/seal`) && await command("chattr", "-i", `${folder}/seal`);
}

/** Run a command of the system and say whether it succeeded. */
async function command(name: string, ...args: string[]): Promise<boolean> {
  const run = new Deno.Command(name, { args, stdout: "null", stderr: "null" });
  return await run.output().then(({ success }) => success, () => false);
}
