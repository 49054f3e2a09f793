/** What each verb does, in one line: the list of `help` is shown without loading any verb. */

/** Descriptions of the verbs by name, in the order of the help. */
export const DESCRIPTIONS = {
  demo: "Train and evaluate detectors on built-in synthetic interactions",
  train: "Train one detector per category and evaluate them; without data, on built-in interactions",
  score: "Score clips with a saved model",
  report: "Write one HTML file that shows a run, or compares several",
  serve: "Serve the report of a run to a browser, and score clips that are dropped on it",
  figures: "Write the paper's figures and tables of runs and plans: SVG, PDF, LaTeX, CSV",
  localize: "Find the anomalous intervals of recordings of any length",
  explain: "Show which frames, joints and distances make up a clip's score, and the nearest normal clip",
  export: "Write a saved IADNet as a standard ONNX file, from joints to score",
  inspect: "Show the contents of a data set and the quality of its recordings",
  prepare: "Read a data set once and write a cache, to be opened with --format cache",
  pretrain: "Pre-train an encoder on synthetic interactions; the same command resumes an unfinished training",
  compare: "Compare detectors, or a preset with every floor, over splits and seeds",
  coordination:
    "Compare detectors on clips that are wrong only between the people, made from normal test clips",
  variations: "Compare detectors on subtle variations of generated interactions",
  few: "Compare detectors that learn from few training clips of each category",
  splice: "Evaluate localisation on recordings spliced from test clips",
  benchmark: "Reproduce the paper's tables",
  doctor: "List the engines that can run here, and for each other one why not and what to install",
  completions: "Print a program that completes verbs and options in a shell: bash, zsh or fish",
} as const;
