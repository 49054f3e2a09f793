/** Names of joints in the spellings of many programs: `LeftUpLeg`, `lThigh`, `l_wrist`, `CLAVICLE_LEFT`, `Left Elbow`. */

/** The name of a joint without its spelling. */
export interface JointKey {
  /** Side of the body. */
  readonly side: "left" | "right" | "middle";
  /** The rest of the name: lower-case letters, no numbers, such as `upleg`. */
  readonly part: string;
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

/** Words of a name: split at signs, numbers and capitals; a word that carries a side is split from it. */
function wordsOf(name: string): string[] {
  const last = name.slice(name.lastIndexOf(":") + 1);
  const words = last.replace(/([a-z])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase().split(/[^a-z]+/).filter((word) => word !== "");
  return words.flatMap((word) => {
    const joined = JOINED_WORD.exec(word) ?? JOINED_LETTER.exec(word);
    return joined ? joined.slice(1).filter((part) => part !== undefined) : [word];
  });
}

/** The side and part of each joint name. */
export function jointKeys(names: readonly string[]): JointKey[] {
  return names.map((name) => {
    const words = wordsOf(name), side = words.findIndex((word) => Object.hasOwn(SIDES, word));
    if (side < 0) return { side: "middle", part: words.join("") };
    return { side: SIDES[words[side]], part: words.filter((_, k) => k !== side).join("") };
  });
}
