/** The process that `kill.ts` kills: fits one detector with a checkpoint after every step, and writes what came out of it.
 *
 * Arguments: detector, folder, and the number of the operation on files at which the process kills itself (0: none). That
 * operation is not made, or, where it is a write, half of it.
 */
import { openCheckpoints } from "../../mod.ts";
import { writeFileAtomic } from "../../lib/core/files.ts";
import { smallFit } from "./kit.ts";

const [spec, folder, at] = Deno.args;
let operations = 0;

/** Count an operation; at the fatal one die, after doing what dying in the midst of it leaves behind. */
function count(midst: () => void = () => {}): void {
  if (++operations !== Number(at)) return;
  midst();
  Deno.kill(Deno.pid, "SIGKILL");
  for (;;); // it comes at once, but not at this very instruction
}

const { open, rename } = Deno, { write, sync } = Deno.FsFile.prototype;
Deno.open = (...given) => (count(), open(...given));
Deno.rename = (...given) => (count(), rename(...given));
Deno.FsFile.prototype.write = function (bytes) {
  count(() => this.writeSync(bytes.subarray(0, bytes.length >> 1)));
  return write.call(this, bytes);
};
Deno.FsFile.prototype.sync = function () {
  count();
  return sync.call(this);
};

const checkpoints = await openCheckpoints(`${folder}/checkpoints`, { seconds: 0 });
await Deno.stdout.write(new TextEncoder().encode("ready\n"));
const { hash } = await smallFit(spec, "onnx-cpu", { checkpoints });
await writeFileAtomic(`${folder}/hash`, hash);
checkpoints.close();
