/** A copy of the repository, for tests that write into it. */
const ROOT = new URL("../../", import.meta.url).pathname;

/** Copy the files of the repository that are not ignored. */
export async function copyRepository(to: string): Promise<void> {
  const list = async (folder: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
      if (/^(node_modules|runs|site|\..*)$/.test(name)) continue;
      names.push(...isDirectory ? await list(`${folder}${name}/`) : [`${folder}${name}`]);
    }
    return names;
  };
  for (const name of await list("")) {
    await Deno.mkdir(`${to}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.copyFile(ROOT + name, `${to}/${name}`);
  }
}
