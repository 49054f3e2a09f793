/** A plan on GNU parallel, and on a real Slurm of two nodes with failures: the same bits as on one machine. */
import { freePort } from "../support/free_port.ts";
import { assert, assertEquals } from "@std/assert";
import { readManifest } from "../../lib/experiments/manifest.ts";
import { runCli } from "../support/cli.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const BIN = Deno.execPath().slice(0, Deno.execPath().lastIndexOf("/"));

async function run(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const path = `${BIN}:${Deno.env.get("PATH")}`;
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd: ROOT,
    env: { ...env, PATH: path, NO_COLOR: "1" },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

const has = async (command: string) => (await run("sh", ["-c", `command -v ${command}`])).code === 0;
const PARALLEL = await has("parallel");
const SLURM = await has("slurmctld") && await has("munged") && Deno.uid() === 0;

/** A plan of 24 cells, and the cells' files as one process makes them. */
async function planned(root: string): Promise<Map<string, string>> {
  const plan = await runCli([
    ...["benchmark", "plan", "--table", "III", "--data", "0", "--format", "synthetic", "--preset", "tiny"],
    ...[
      "--seeds",
      "0,1",
      "--splits",
      "fold:1;fold:2",
      "--category",
      "hug,kick,push",
      "--out",
      `${root}/local`,
    ],
  ]);
  assertEquals(plan.code, 0, plan.err);
  assertEquals((await readManifest(`${root}/local`)).cells.length, 24);
  await Deno.mkdir(`${root}/shared`);
  await Deno.copyFile(`${root}/local/manifest.json`, `${root}/shared/manifest.json`);
  const local = await runCli(["benchmark", "run", "--plan", `${root}/local`]);
  assertEquals(local.code, 0, local.err);
  return await cellsOf(`${root}/local`);
}

async function cellsOf(plan: string): Promise<Map<string, string>> {
  const files = (await Array.fromAsync(Deno.readDir(`${plan}/cells`))).map(({ name }) => name).sort();
  return new Map(
    await Promise.all(files.map(async (f) => [f, await Deno.readTextFile(`${plan}/cells/${f}`)] as const)),
  );
}

const withParallel = {
  name: "GNU parallel runs a plan to the same bits as one process (needs parallel)",
  ignore: !PARALLEL,
};
Deno.test(withParallel, async () => {
  const root = await Deno.makeTempDir();
  const expected = await planned(root);
  const { code, err } = await run("launchers/parallel.sh", [`${root}/shared`, "2"]);
  assertEquals(code, 0, err);
  assertEquals(await cellsOf(`${root}/shared`), expected);
  assertEquals((await runCli(["benchmark", "collect", "--plan", `${root}/shared`])).code, 0);
  await Deno.remove(root, { recursive: true });
});

const withSlurm = {
  name:
    "Slurm with two nodes, a cell that fails and a job that is killed: complete after a second run, with the same bits " +
    "(needs slurmctld and munged, as root)",
  ignore: !SLURM,
};
Deno.test(withSlurm, async () => {
  const root = await Deno.makeTempDir();
  await Deno.chmod(root, 0o711); // munge runs as a user of its own
  const expected = await planned(root),
    plan = `${root}/shared`,
    env = { SLURM_CONF: `${root}/slurm/slurm.conf` };
  const started = await run("tests/support/cluster/two_nodes.sh", [
    "start",
    `${root}/slurm`,
    String(Math.min(freePort(), 65_000)), // those after it are, most likely, free, too
  ]);
  try {
    assertEquals(started.code, 0, started.err);
    const job = `${root}/job.sh`; // the launcher, but cell 7 fails the first time
    await Deno.writeTextFile(
      job,
      `#!/bin/sh\nif [ "$SLURM_ARRAY_TASK_ID" = 7 ] && mkdir ${root}/failed-once 2>/dev/null; then exit 9; fi\n` +
        `exec ${ROOT}launchers/slurm.sh ${plan}\n`,
    );
    const submit = async () => {
      const args = ["--parsable", "--array=0-23", "--output=/dev/null", `--chdir=${ROOT}`, job];
      const { code, out, err } = await run("sbatch", args, env);
      assertEquals(code, 0, err);
      return out.trim();
    };
    const queue = async (format: string) =>
      (await run("squeue", ["--noheader", "--array", `--format=${format}`], env)).out.trim();
    const first = await submit();
    let killed = "";
    const nodes = new Set<string>();
    for (let left = await queue("%i %T %N"); left !== ""; left = await queue("%i %T %N")) {
      for (const line of left.split("\n")) {
        const [id, state, node] = line.trim().split(/\s+/);
        if (state !== "RUNNING") continue;
        nodes.add(node);
        if (killed || node !== "n2" || Number(id.split("_")[1]) < 9) continue;
        await run("scancel", ["--signal=KILL", "--full", id], env);
        killed = id;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    assertEquals([...nodes].sort(), ["n1", "n2"]);
    assert(killed.startsWith(first));
    const half = await runCli(["benchmark", "collect", "--plan", plan, "--json"]);
    const { done, missing } = JSON.parse(half.out.split("\n")[0]);

    assertEquals([half.code, missing.includes(7), done + missing.length], [1, true, 24], half.err);
    await submit();
    while (await queue("%i") !== "") await new Promise((resolve) => setTimeout(resolve, 300));
    const whole = await runCli(["benchmark", "collect", "--plan", plan]);
    assertEquals(whole.code, 0, whole.out + whole.err);
    assertEquals(await cellsOf(plan), expected);
  } finally {
    await run("tests/support/cluster/two_nodes.sh", ["stop", `${root}/slurm`]);
  }
  await Deno.remove(root, { recursive: true });
});
