/** The list of registered skeletons, for `inspect --skeletons`. */
import { getSkeleton, listSkeletons } from "../data/skeletons.ts";
import { notesOf } from "../data/skeletons/notes.ts";
import { print } from "./stdout.ts";

/** Print, as JSON or text, each skeleton with its other names, its up axis, and its joints with their indices and other names. */
export function printSkeletons(isJson: boolean): void {
  if (isJson) {
    const all = listSkeletons().map((name) => ({ ...getSkeleton(name), aliases: notesOf(name).aliases }));
    return print(JSON.stringify(all));
  }
  for (const name of listSkeletons()) {
    const { joints, up } = getSkeleton(name), { aliases, joints: others, upVaries, warning } = notesOf(name);
    const also = aliases.length > 0 ? ` (also ${aliases.join(", ")})` : "";
    const axis = upVaries ? "up axis: state it in the description" : `up ${up}`;
    print(`${name}${also}: ${joints.length} joints, ${axis}${warning ? `\n  ${warning}` : ""}`);
    const words = joints.map((joint, i) => {
      const known = Object.entries(others).flatMap(([alias, to]) => to === joint ? [alias] : []);
      return `${i} ${joint}${known.length > 0 ? ` (${known.join(", ")})` : ""}`;
    });
    print(`  ${words.join(", ")}\n`);
  }
  print(
    "Tables may spell joints as recorders do: HandTipLeft, HANDTIP_LEFT, K4ABT_JOINT_HANDTIP_LEFT, lHandTip",
  );
}
