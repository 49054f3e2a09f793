/** The same data in files that were made in another order, by one, two and three workers: one hash of the run directory. */
import { SOURCE_FILE } from "../../lib/experiments/source_file.ts";
import { Random } from "../../lib/core/random.ts";
import {
  ended,
  type Figure,
  hashFolder,
  inFolder,
  smallTrain,
  startCli,
  type Trial,
  writeSmallData,
} from "./kit.ts";

/** Run the trial. */
export async function order({ long, seed }: Trial): Promise<Figure> {
  const random = new Random(seed), runs = long ? 20 : 3;
  const hashes = new Set<string>();
  for (let k = 0; k < runs; k++) {
    await inFolder(async (folder) => {
      await writeSmallData(`${folder}/data`, random);
      const workers = String(1 + k % 3);
      const { code, err } = await ended(
        startCli(smallTrain(`${folder}/data`, "--workers", workers, "--out", `${folder}/run`)),
      );
      if (code !== 0) throw new Error(err);
      // What says where the data lay is different: each run has a folder of its own.
      hashes.add(await hashFolder(`${folder}/run`, [SOURCE_FILE, "SHA256SUMS"]));
    });
  }
  const line = `${runs} runs of 1 to 3 workers on files made in different orders: ${hashes.size} hash`;
  return { trial: "order", held: hashes.size === 1, line, numbers: { runs, hashes: hashes.size } };
}
