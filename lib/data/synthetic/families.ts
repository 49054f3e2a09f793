/** Families of scripts: a parent, and mutants that differ from it in exactly one element. */
import { hashSeed, Random } from "../../core/random.ts";
import {
  drawPerson,
  drawReaches,
  drawScript,
  type InteractionScript,
  type PersonScript,
  REACH_KINDS,
  type ReachScript,
} from "./random_script.ts";

/** Elements in which a mutant differs from its parent. `timing` and `place` change only what lies between the people. */
export const MUTANT_KINDS = [
  "reach",
  "delay",
  "path",
  "height",
  "kind",
  "distance",
  "partner",
  "timing",
  "place",
] as const;

/** The element in which a mutant differs from its parent. */
export type MutantKind = typeof MUTANT_KINDS[number];

const isFoot = ({ limb }: ReachScript) => limb.endsWith("_foot");
const isShared = ({ to }: ReachScript) => to === "middle" || to === "partner";

const moves = ({ reaches, path, lean, crouch }: PersonScript) =>
  reaches.length > 0 || path.walkIn > 0 || path.leave > 0 || path.retreat !== 0 || lean !== 0 ||
  crouch.depth > 0;

/** Whether a change of this kind would be seen in this person. */
function canMutate(kind: MutantKind, person: PersonScript): boolean {
  if (kind === "height" || kind === "kind") return person.reaches.length > 0;
  if (kind === "place") return person.reaches.some(isShared);
  return kind === "delay" || kind === "timing" ? moves(person) : true;
}

/** Kinds of mutants that a script can have: a person who does nothing cannot be late. */
export function mutantKinds(script: InteractionScript): MutantKind[] {
  return MUTANT_KINDS.filter((kind) => script.people.some((person) => canMutate(kind, person)));
}

/** `value` moved away from `middle` towards the other side of it, by at least `least` and at most `most`. */
function across(value: number, middle: number, least: number, most: number, random: Random): number {
  const change = random.uniform(least, most);
  return value > middle ? value - change : value + change;
}

function changePerson(
  kind: MutantKind,
  person: PersonScript,
  begin: number,
  random: Random,
): PersonScript {
  const { path, delay, reaches } = person;
  switch (kind) {
    case "reach":
      return { ...person, reaches: drawReaches(random, [1, 1, 2, 2, 3]) };
    case "delay":
      return { ...person, delay: delay + random.uniform(0.12, 0.3) };
    case "path": {
      const walkIn = path.walkIn > 0 ? 0 : random.uniform(0.4, 1.2);
      return { ...person, path: { ...path, walkIn, leave: path.leave > 0 ? 0 : random.uniform(0.3, 1) } };
    }
    case "height": {
      const move = (reach: ReachScript) =>
        isFoot(reach)
          ? across(reach.height, 0.55, 0.25, 0.4, random)
          : across(reach.height, 1.1, 0.35, 0.7, random);
      return { ...person, reaches: reaches.map((reach) => ({ ...reach, height: move(reach) })) };
    }
    case "kind": {
      const others = (reach: ReachScript) => REACH_KINDS.filter((other) => other !== reach.kind);
      return { ...person, reaches: reaches.map((reach) => ({ ...reach, kind: random.pick(others(reach)) })) };
    }
    case "timing":
      // Late or early, so that what the person does stays within the clip.
      return { ...person, shift: random.uniform(0.15, 0.4) * (begin + delay < 0.25 ? 1 : -1) };
    case "place": {
      // Across the line between the people: along it, an arm that is stretched out would not show the change.
      const angle = random.uniform(0, 2 * Math.PI), size = random.uniform(0.1, 0.35);
      return { ...person, displaced: [size * Math.cos(angle), size * Math.sin(angle)] };
    }
    default:
      return drawPerson(random);
  }
}

/** A mutant: the script with one element changed, in one person (`distance`: between the two).
 * @param kind One of `mutantKinds(script)`. */
export function mutateScript(script: InteractionScript, kind: MutantKind, random: Random): InteractionScript {
  if (kind === "distance") return { ...script, near: across(script.near, 0.45, 0.2, 0.32, random) };
  const candidates = [0, 1].filter((i) => canMutate(kind, script.people[i])),
    chosen = random.pick(candidates);
  const [one, two] = script.people.map((person, i) =>
    i === chosen ? changePerson(kind, person, script.begin, random) : person
  );
  return { ...script, people: [one, two] };
}

/** Scripts of one family: the parent first, then mutants that each differ from it in one element. A family depends on the seed and
 * its number alone. */
export function drawFamily(seed: number, family: number, mutants: number): InteractionScript[] {
  const random = new Random(hashSeed(seed, `family ${family}`));
  const parent = drawScript(random), kinds = random.shuffle(mutantKinds(parent));
  const mutant = (k: number) => mutateScript(parent, kinds[k % kinds.length], random);
  return [parent, ...Array.from({ length: mutants }, (_, k) => mutant(k))];
}
