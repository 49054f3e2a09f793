/** Memory of a process and of all that it has started, as Linux tells it. */

/** Resident memory, MB: shared pages count once. 0 where the system does not tell. */
export async function treeMemory(pid: number): Promise<number> {
  let sum = 0;
  for (const own of await family(pid)) {
    const text = await Deno.readTextFile(`/proc/${own}/smaps_rollup`).catch(() => ""); // it may have ended
    sum += Number(/^Pss: +(\d+) kB/m.exec(text)?.[1] ?? 0) / 1024;
  }
  return sum;
}

/** A process and those that it has started, and they. */
async function family(pid: number): Promise<number[]> {
  const children: number[] = [], tasks = await entries(`/proc/${pid}/task`);
  for (const task of tasks) { // each thread has the children that it has started
    const text = await Deno.readTextFile(`/proc/${pid}/task/${task}/children`).catch(() => "");
    children.push(...text.split(" ").filter((word) => word.trim() !== "").map(Number));
  }
  return [pid, ...(await Promise.all(children.map(family))).flat()];
}

async function entries(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder)).catch(() => [])).map(({ name }) => name);
}
