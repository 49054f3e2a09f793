/** `completions`: programs for shells that complete `deno task <verb> --<option>`, made from the verbs themselves. */
import { UsageError } from "../core/errors.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { allFlags, type OptionSpec, type Verb, type VerbGroup } from "./verb.ts";
import { print } from "./stdout.ts";

/** Shells with a program. */
const SHELLS = ["bash", "zsh", "fish"] as const;

/** Verbs by name. */
type Verbs = Readonly<Record<string, Verb | VerbGroup>>;

/** The verb that prints a program for a shell.
 * @param verbs Loads all verbs. */
export function completionsOf(verbs: () => Promise<Verbs>): Verb {
  return {
    description: DESCRIPTIONS.completions,
    example: "bash >> ~/.bashrc",
    isShort: true,
    options: { operands: { name: `<${SHELLS.join("|")}>`, most: 1 }, values: {} },
    async run(options) {
      const [name] = options.operands, shell = SHELLS.find((own) => own === name);
      if (!shell) throw new UsageError(`Cannot complete in ${name}: expected one of ${SHELLS.join(", ")}`);
      const text = { bash, zsh, fish }[shell](callsOf(await verbs()));
      print(options.flag("json") ? JSON.stringify({ shell, program: text }) : text);
    },
  };
}

/** A call that can be completed: its words after `deno task`, and what may follow. */
interface Call {
  readonly words: string;
  readonly description: string;
  /** Options with a value. */
  readonly values: Readonly<Record<string, string>>;
  /** Options without one. */
  readonly flags: Readonly<Record<string, string>>;
  /** Actions, if the call needs one. */
  readonly actions: readonly string[];
}

function callsOf(verbs: Verbs): Call[] {
  const callOf = (words: string, description: string, spec: OptionSpec, actions: string[] = []): Call => (
    { words, description, values: spec.values, flags: allFlags(spec), actions }
  );
  const calls = Object.entries(verbs).flatMap(([name, own]) => {
    if (!("actions" in own)) return [callOf(name, own.description, own.options)];
    const actions = Object.entries(own.actions);
    return [
      callOf(name, own.description, { values: {} }, actions.map(([action]) => action)),
      ...actions.map(([action, verb]) => callOf(`${name} ${action}`, verb.description, verb.options)),
    ];
  });
  const names = Object.keys(verbs);
  return [...calls, callOf("help", "List the verbs, or the options of one", { values: {} }, names)];
}

/** Options of a call as words of the command line. */
const optionsOf = ({ values, flags }: Call) =>
  Object.keys({ ...values, ...flags }).map((name) => `--${name}`);

/** Names of the verbs and of help. */
const verbsOf = (calls: readonly Call[]) =>
  calls.map(({ words }) => words).filter((own) => !own.includes(" "));

/** A branch of a `case` for each call, in the syntax that bash and zsh share. */
function branches(calls: readonly Call[]): string {
  return calls.map((call) =>
    `    "${call.words}") actions="${call.actions.join(" ")}" options="${
      optionsOf(call).join(" ")
    }" values="${Object.keys(call.values).map((name) => `--${name}`).join(" ")}" ;;`
  ).join("\n");
}

/** The groups of verbs, whose name and action together are a call. */
const groupsOf = (
  calls: readonly Call[],
) => [...new Set(calls.flatMap(({ words }) => words.includes(" ") ? [words.split(" ")[0]] : []))];

function bash(calls: readonly Call[]): string {
  return `# Completion of deno task in the folder of IADNet; other calls of deno complete as before.
_iadnet_deno_now=$(complete -p deno 2>/dev/null | sed -n 's/.*-F \\([^ ]*\\).*/\\1/p')
[ "$_iadnet_deno_now" != _iadnet_deno ] && _iadnet_deno_before=$_iadnet_deno_now
_iadnet_deno() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" call actions= options= values=
  if [ "$COMP_CWORD" -lt 2 ] || [ "\${COMP_WORDS[1]}" != task ]; then
    [ -n "$_iadnet_deno_before" ] && "$_iadnet_deno_before" "$@"
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    COMPREPLY=($(compgen -W "${verbsOf(calls).join(" ")}" -- "$word"))
    return
  fi
  call="\${COMP_WORDS[2]}"
  case " ${
    groupsOf(calls).join(" ")
  } " in *" $call "*) [ "$COMP_CWORD" -gt 3 ] && call="$call \${COMP_WORDS[3]}" ;; esac
  case "$call" in
${branches(calls)}
    *) return ;;
  esac
  case " $values " in *" $before "*) return ;; esac
  case "$word" in
    -*) COMPREPLY=($(compgen -W "$options" -- "$word")) ;;
    *) [ -n "$actions" ] && COMPREPLY=($(compgen -W "$actions" -- "$word")) ;;
  esac
}
complete -o default -F _iadnet_deno deno`;
}

function zsh(calls: readonly Call[]): string {
  return `# Completion of deno task in the folder of IADNet; other calls of deno complete as before.
[[ \${_comps[deno]:-} != _iadnet_deno ]] && _iadnet_deno_before=\${_comps[deno]:-}
_iadnet_deno() {
  local call actions options values before=\${words[CURRENT-1]}
  if (( CURRENT < 3 )) || [[ \${words[2]} != task ]]; then
    [[ -n $_iadnet_deno_before ]] && $_iadnet_deno_before "$@" || _files
    return
  fi
  if (( CURRENT == 3 )); then
    compadd -- ${verbsOf(calls).join(" ")}
    return
  fi
  call=\${words[3]}
  case " ${groupsOf(calls).join(" ")} " in *" $call "*) (( CURRENT > 4 )) && call="$call \${words[4]}" ;; esac
  case "$call" in
${branches(calls)}
    *) _files; return ;;
  esac
  case " $values " in *" $before "*) _files; return ;; esac
  if [[ \${words[CURRENT]} == -* ]]; then compadd -- \${=options}
  elif [[ -n $actions ]]; then compadd -- \${=actions}
  else _files
  fi
}
compdef _iadnet_deno deno`;
}

function fish(calls: readonly Call[]): string {
  const quote = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = calls.flatMap((call) => {
    const [verb, action] = call.words.split(" ");
    const begun = `(string join " " -- (commandline -opc)[2..] "")`;
    const isHere = quote(`string match -q -- "task ${call.words} *" ${begun}`);
    const isFirst = quote("test (count (commandline -opc)) -eq 2; and test (commandline -opc)[2] = task");
    const own = action ? [] : [`complete -c deno -n ${isFirst} -f -a ${verb} -d ${quote(call.description)}`];
    const actions = call.actions.map((name) => `complete -c deno -n ${isHere} -f -a ${name}`);
    const option = (needs: string) => ([name, text]: [string, string]) =>
      `complete -c deno -n ${isHere} ${needs}-l ${name} -d ${quote(text)}`;
    const values = Object.entries(call.values).map(option("-r "));
    return [...own, ...actions, ...values, ...Object.entries(call.flags).map(option(""))];
  });
  return ["# Completion of deno task in the folder of IADNet.", ...lines].join("\n");
}
