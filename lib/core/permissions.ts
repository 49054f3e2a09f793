/** Flags of `deno run` that give a process the least permissions. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** What a process may reach. */
export interface Permissions {
  /** Files and folders that it may read. */
  readonly read?: readonly string[];
  /** Files and folders that it may write. */
  readonly write?: readonly string[];
  /** Address and port that it may listen on and connect to. */
  readonly listen?: string;
  /** Whether it sees the environment. */
  readonly environment?: boolean;
}

/** Flags of `deno run` that give these permissions and no others: no other program, and no network but an address that is given.
 * Modules come from the cache alone, since Deno lets every process import from some hosts. Native libraries of npm packages can be
 * loaded.
 * @param library Folders of the npm packages, as `packageFolders` gives them. */
export function permissionFlags(
  { read = [], write = [], listen, environment = false }: Permissions,
  library: readonly string[],
): string[] {
  const list = (paths: readonly string[]) =>
    [...new Set(paths.filter((path) => path !== "").map(withoutComma))].join();
  return [
    "--no-prompt",
    "--cached-only",
    "--allow-sys=cpus,hostname,networkInterfaces,osRelease",
    `--allow-ffi=${list(library)}`,
    `--allow-read=${list([...library, ...read])}`,
    ...(write.length > 0 ? [`--allow-write=${list(write)}`] : []),
    ...(listen === undefined ? [] : [`--allow-net=${listen}`]),
    environment ? "--allow-env" : "--ignore-env",
  ];
}

/** Folders where this Deno keeps npm packages, native libraries included. */
export async function packageFolders(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  return [npmCache, fileURLToPath(new URL("../../node_modules", import.meta.url))];
}

/** The path, or the nearest folder above it whose path has no comma: Deno's lists of paths cannot hold one. */
function withoutComma(path: string): string {
  while (path.includes(",")) path = dirname(path);
  return path;
}
