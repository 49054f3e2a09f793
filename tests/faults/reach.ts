// deno-lint-ignore-file no-console -- a command
/** Tries what a process with the least permissions must not be able to do, and prints what it could. Arguments: a file to read,
 * files to write. */
const [secret, ...targets] = Deno.args;
const ATTEMPTS: Readonly<Record<string, () => unknown>> = {
  read: () => Deno.readTextFileSync(secret),
  ...Object.fromEntries(
    targets.map((target) => [`write ${target}`, () => Deno.writeTextFileSync(target, "x")]),
  ),
  connect: () => Deno.connect({ port: 9 }),
  listen: () => Deno.listen({ port: 0 }),
  run: () => new Deno.Command(Deno.execPath()).outputSync(),
  environment: () => {
    if (Object.keys(Deno.env.toObject()).length === 0) throw new Deno.errors.NotCapable("it looks empty");
  },
  library: () => Deno.dlopen(secret, {}),
};
for (const [name, attempt] of Object.entries(ATTEMPTS)) {
  try {
    await attempt();
    console.log(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) console.log(name, error);
  }
}
