/** Joints of a skeleton by the names that programs and recorders write. */
import { type JointKey, jointKeys } from "../joint_names.ts";
import type { Skeleton } from "../skeleton.ts";
import { notesOf } from "./notes.ts";

/** Joint of the skeleton that each text names: its name, its index, or another spelling of its name or of an alias, such as
 * `HandTipRight`, `K4ABT_JOINT_PELVIS` or `SpineBase`. -1 where no joint, or more than one, has that name. */
export function findJoints(texts: readonly string[], { name, joints }: Skeleton): number[] {
  const aliases = Object.entries(notesOf(name).joints);
  const keys = jointKeys([...joints, ...aliases.map(([alias]) => alias)]).map(textOf);
  const targets = [...joints.keys(), ...aliases.map(([, joint]) => joints.indexOf(joint))];
  const byKey = new Map<string, number>();
  keys.forEach((key, i) => byKey.set(key, (byKey.get(key) ?? targets[i]) === targets[i] ? targets[i] : -1));
  const stripped = jointKeys(texts);
  return texts.map((text, i) => {
    const named = joints.indexOf(text);
    if (named >= 0) return named;
    if (/^\d+(\.0+)?$/.test(text)) return Number(text) < joints.length ? Number(text) : -1; // 1.0 is from pandas
    const [whole] = jointKeys([text]);
    return byKey.get(textOf(whole)) ?? byKey.get(textOf(stripped[i])) ?? -1;
  });
}

function textOf({ side, part, number }: JointKey): string {
  return `${side} ${part} ${number}`;
}
