import { assert, assertEquals } from "@std/assert";

interface Module {
  readonly specifier: string;
  readonly kind?: string;
}

Deno.test("the metrics reach no native library, no engine and no reader of files", async () => {
  const entry = new URL("../../lib/metrics/mod.ts", import.meta.url);
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry.pathname],
    cwd: new URL("../..", import.meta.url),
  }).output();
  assert(success);
  const { modules }: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  const packages = modules.map(({ specifier }) => /^npm:\/?((?:@[^/]+\/)?[^@/]+)/.exec(specifier)?.[1]);
  assertEquals([...new Set(packages.filter((name) => name !== undefined))], ["pure-rand"]);
  const rooms = modules.map(({ specifier }) => /\/lib\/(.*\/)?/.exec(specifier)?.[0]);
  assertEquals([...new Set(rooms.filter((room) => room !== undefined))].sort(), [
    "/lib/core/",
    "/lib/data/",
    "/lib/metrics/",
  ]);
});
