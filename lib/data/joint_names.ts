/** Names of joints in the spellings of many programs: `LeftUpLeg`, `lThigh`, `l_wrist`, `CLAVICLE_LEFT`, `Left Elbow`. */

/** The name of a joint without its spelling. */
export interface JointKey {
  /** Side of the body. */
  readonly side: "left" | "right" | "middle";
  /** The rest of the name: lower-case letters, no numbers, such as `upleg`. */
  readonly part: string;
  /** Digits of the name, such as `2` of `Spine2`; empty if it has none. */
  readonly number: string;
}

const SIDES: Readonly<Record<string, JointKey["side"]>> = {
  left: "left",
  l: "left",
  right: "right",
  r: "right",
};

/** A one-letter side that is written together with a body part in lower case, such as `lfemur`. */
const JOINED_LETTER =
  /^([lr])((?:up(?:per)?|fore|lower)?(?:arm|leg)|hip|hipjoint|femur|thigh|knee|tibia|shin|calf|ankle|foot|toes?|heel|clavicle|collar|shoulder|shldr|humerus|elbow|radius|wrist|hand|palm|fingers?|thumb|eye|ear)$/;

/** A side that is written together with a body part in one case, such as `leftknee` or `KNEELEFT`. */
const JOINED_WORD = /^(left|right)([a-z]{3,})$|^([a-z]{3,})(left|right)$/;

/** Words of a name without its namespace (`mixamorig:`): split at signs and capitals, in lower case. */
function wordsOf(name: string): string[] {
  return name.slice(name.lastIndexOf(":") + 1).replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/(?<![A-Za-z])([LR])(?=[A-Z]+[a-z])/g, "$1 ")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "");
}

/** Number of words that all names of more than one word start with, such as `K4ABT_JOINT_` or `Bip01 `. A side is no such word. */
function prefixLength(names: readonly (readonly string[])[]): number {
  const [first, ...others] = names.filter((words) => words.length > 1);
  if (others.length === 0) return 0;
  return first.findIndex((word, k) =>
    Object.hasOwn(SIDES, word) || k === first.length - 1 ||
    others.some((words) => words[k] !== word || words.length === k + 1)
  );
}

/** The side and part of each joint name. A prefix that all names share is no part of them. */
export function jointKeys(names: readonly string[]): JointKey[] {
  const lists = names.map(wordsOf), prefix = prefixLength(lists);
  return lists.map((list) => {
    const words = list.length > 1 ? list.slice(prefix) : list;
    const letters = words.flatMap((word) => word.split(/\d+/).filter((part) => part !== "")).flatMap(
      (word) => {
        const joined = JOINED_WORD.exec(word) ?? JOINED_LETTER.exec(word);
        return joined ? joined.slice(1).filter((part) => part !== undefined) : [word];
      },
    );
    const side = letters.findIndex((word) => Object.hasOwn(SIDES, word));
    return {
      side: side < 0 ? "middle" : SIDES[letters[side]],
      part: letters.filter((_, k) => k !== side).join(""),
      number: words.join("").replace(/\D+/g, ""),
    };
  });
}
