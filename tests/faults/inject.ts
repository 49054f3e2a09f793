// deno-lint-ignore-file no-console -- says what went wrong
/** NaN, infinity and 1e38 put into inputs, weights and gradients at random steps: every one must be named with its step, and
 * nothing of it may be kept. */
import * as tf from "@tensorflow/tfjs";
import { createDetector, openSharedEngine } from "../../mod.ts";
import type { Engine, Named, Program, Trainer, Values } from "../../lib/engine/engine.ts";
import { IadnetError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import type { Checkpoints, TrainingState } from "../../lib/training/checkpoint/checkpoint.ts";
import { fewClips, type Figure, type Trial } from "./kit.ts";

const BAD = [NaN, Infinity, -Infinity, 1e38];
const PLACES = ["clip", "input", "weight", "gradient"] as const;

/** One injection. */
interface Injection {
  readonly place: typeof PLACES[number];
  readonly value: number;
  /** Step, 1-based, of the first part. */
  readonly step: number;
  readonly random: Random;
}

/** Run the trial. */
export async function inject({ long, seed, detectors }: Trial): Promise<Figure> {
  const random = new Random(seed), each = Math.ceil((long ? 1000 : 40) / detectors.length);
  const counts = { injections: 0, unnamed: 0, kept: 0 };
  const engine = await openSharedEngine("onnx-cpu", 1) as Engine, programs = new Map<Program, Program>();
  for (const spec of detectors) {
    for (let k = 0; k < each; k++) {
      const place = PLACES[k % PLACES.length], value = random.pick(BAD), step = 1 + random.integer(5);
      const message = await injected(spec, engine, programs, { place, value, step, random }, counts);
      counts.injections++;
      if (!isNamed(place, message)) {
        counts.unnamed++;
        console.error(`${place} ${value} at step ${step}: ${message}`);
      }
    }
  }
  await engine.close();
  const held = counts.unnamed + counts.kept === 0;
  const line = `${counts.injections} injections: ${counts.unnamed} not named, ${counts.kept} kept`;
  return { trial: "inject", held, line, numbers: counts };
}

/** Whether a message names what was injected: the joint and frame of a clip; tensor, step and clip of anything else. */
function isNamed(place: Injection["place"], message: string): boolean {
  if (place === "clip") return /hug\/\d+: \w+ of person [12] in frame \d+ is/.test(message);
  const gradient = /largest gradient is that of \w|gradient is not finite for \w|: m:[\w.]+ is/;
  const weight = /parameter [\w.]+ was|^Cannot keep [^:]+ after step \d+: [pmv]:[\w.]+ is/;
  return /step \d+/.test(message) && (place === "weight" ? weight : gradient).test(message) &&
    /hug\/\d+|after step/.test(message);
}

/** Fit with an injection, and return the error's message. */
async function injected(
  spec: string,
  engine: Engine,
  programs: Map<Program, Program>,
  injection: Injection,
  counts: { kept: number },
): Promise<string> {
  const { place, value, random } = injection;
  const clips = fewClips().map((clip) => ({ ...clip, x: clip.x.slice(), y: clip.y.slice() }));
  if (place === "clip") {
    const values = random.pick(clips)[random.chance(0.5) ? "x" : "y"];
    values[random.integer(values.length)] = value;
  }
  const kept: TrainingState[] = [],
    checkpoints: Checkpoints = {
      begin: () =>
        Promise.resolve({
          read: () => Promise.resolve(undefined),
          write: (_part, state) => Promise.resolve(void kept.push(state)),
          isDue: () => true,
        }),
    };
  const detector = createDetector(spec, {
    engine: place === "clip" ? engine : unsound(engine, programs, injection),
  });
  try {
    await detector.fit(clips, { seed: 0, checkpoints });
  } catch (error) {
    if (!(error instanceof IadnetError)) throw error;
    const isBad = (own: Values) => own.values.some((v) => !Number.isFinite(v));
    if (kept.some(({ values }) => Object.values(values).some(isBad))) counts.kept++;
    return error.message;
  }
  counts.kept++;
  return "no error";
}

/** The engine with an injection into the first training. */
function unsound(engine: Engine, programs: Map<Program, Program>, injection: Injection): Engine {
  let trainers = 0;
  return {
    name: engine.name,
    bytesMoved: 0,
    close: () => Promise.resolve(),
    runner: (...given) => engine.runner(...given),
    trainer: async (program, parameters, options) => {
      const changed = programs.get(program) ?? withInjection(program);
      programs.set(program, changed);
      const trainer = await engine.trainer(changed, parameters, options);
      return unsoundTrainer(trainer, trainers++ === 0 ? injection : undefined);
    },
  };
}

/** The program with an input that adds to one gradient: 0 adds nothing, 1e18 overflows. */
function withInjection(program: Program): Program {
  return (parameters, { injected, ...inputs }) => {
    const outputs = program(parameters, inputs), target = parameters[Object.keys(parameters).at(-1)!];
    const add = tf.customGrad((x) => ({
      value: tf.scalar(0),
      gradFunc: () => tf.mul(tf.onesLike(x as tf.Tensor), tf.sum(tf.cast(injected, "float32"))),
    }));
    return { ...outputs, loss: tf.add(outputs.loss, add(target)) };
  };
}

function unsoundTrainer(trainer: Trainer, injection: Injection | undefined): Trainer {
  let step = 0;
  return {
    close: () => trainer.close(),
    parameters: () => trainer.parameters(),
    state: () => trainer.state(),
    restore: (state) => trainer.restore(state),
    step: async (inputs, rate) => {
      const now = ++step === injection?.step ? injection : undefined;
      let given: Named = inputs;
      if (now?.place === "weight") {
        const state = await trainer.state();
        const names = Object.keys(state.values).filter((name) => name.startsWith("p:"));
        await trainer.restore({ ...state, values: spoil(state.values, now.random.pick(names), now) });
      }
      if (now?.place === "input") given = spoil(inputs, now.random.pick(Object.keys(inputs)), now);
      const value = now?.place === "gradient" ? now.value : 0;
      return await trainer.step({ ...given, injected: { shape: [1], values: Float32Array.of(value) } }, rate);
    },
  };
}

/** Tensors with one value of one of them replaced. */
function spoil(named: Named, name: string, { value, random }: Injection): Named {
  const values = named[name].values.slice();
  values[random.integer(values.length)] = value;
  return { ...named, [name]: { shape: named[name].shape, values } };
}
