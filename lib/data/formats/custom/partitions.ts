/** Folders such as `category=push/group=S01`, as pandas and Spark write them. */

/** What folders say about the clips in them. */
export interface Partition {
  /** Of the folder `category=...`; undefined without one. */
  readonly category?: string;
  /** Of the folder `group=...`; undefined without one. */
  readonly group?: string;
  /** The other parts of the path. */
  readonly rest: readonly string[];
}

/** Read the parts of a path. */
export function partitionOf(parts: readonly string[]): Partition {
  const keys = new Map<string, string>(), rest: string[] = [];
  for (const part of parts) {
    const [, key, value] = /^(category|group)=(.+)$/is.exec(part) ?? [];
    if (key === undefined) rest.push(part);
    else if (value !== "__HIVE_DEFAULT_PARTITION__") keys.set(key.toLowerCase(), decode(value));
  }
  return { category: keys.get("category"), group: keys.get("group"), rest };
}

/** A folder's name without the escapes of URLs; unchanged where they are no text. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
