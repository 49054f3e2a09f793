/** A process that answers, fails, hangs or dies as it is told. */
import { DataError } from "../../lib/core/errors.ts";
import { answerRequests } from "../../lib/report/limited_process.ts";

const HANDLERS: Readonly<Record<string, (value: unknown, more: unknown) => unknown>> = {
  echo: (value) => value,
  more: (_, more) => more,
  wait: (value) => new Promise((resolve) => setTimeout(() => resolve(value), value as number)),
  hang: () => {
    for (;;);
  },
  fill: (value) => new Uint8Array(value as number).fill(1).length,
  end: (value) => Deno.exit(value as number),
  refuse: (value) => {
    throw new DataError(`Cannot read ${value}: it is odd`, String(value), "line 3");
  },
  fail: () => {
    throw new TypeError("it is our fault");
  },
  // What a process that was taken over may send in place of an answer.
  send: (value) => Deno.stdout.writeSync(Uint8Array.from(value as number[])),
  read: (value) => Deno.readTextFileSync(String(value)),
  write: (value) => Deno.writeTextFileSync(String(value), ""),
  connect: () => Deno.connect({ port: 9 }),
  environment: () => Object.keys(Deno.env.toObject()).length,
};

await answerRequests((request, more) => {
  const [name, value] = request as [string, unknown];
  return HANDLERS[name](value, more);
});
