/** What one room may import. */
export interface Layer {
  /** Path of the folder or file; the longest that fits a file counts. */
  readonly room: string;
  /** Rooms that it may import beside itself. */
  readonly may: readonly string[];
  /** Rooms of which it may import types only. */
  readonly mayTypes?: readonly string[];
  /** Libraries that it may import; any when left out. */
  readonly libraries?: readonly string[];
  /** Patterns that may not occur in its text. */
  readonly never?: readonly string[];
  readonly why: string;
}

const cluster = "src/cluster";
/** The words of Kubernetes that every room may speak: what an object is, and what kinds there are. */
const words = ["src/kube/object.ts", "src/kube/kinds.ts"];
const impure = [
  "\\basync\\b",
  "\\bprocess\\.",
  "Date\\.now",
  "new Date\\(",
  "Math\\.random",
  "randomInt",
  "randomUUID",
];

/** Who may import whom, and why; `make check` fails on anything else. */
export const layers: readonly Layer[] = [
  { room: "src/kube", may: [], why: "API machinery is useful on its own and knows nothing of OneCloud" },
  {
    room: `${cluster}/api`,
    may: [],
    mayTypes: words,
    libraries: [],
    never: impure,
    why: "the words shared by all components depend on nothing",
  },
  {
    room: `${cluster}/defaults`,
    may: [`${cluster}/api`],
    mayTypes: words,
    libraries: ["node:util"],
    never: impure,
    why: "as meant follows from as written alone: no clock, randomness, process, logger or waiting",
  },
  {
    room: `${cluster}/options`,
    may: [`${cluster}/api`],
    mayTypes: words,
    libraries: ["node:net"],
    never: impure,
    why: "options follow from the scope alone: no clock, randomness, process, logger or waiting",
  },
  {
    room: `${cluster}/objects`,
    may: [`${cluster}/api`],
    mayTypes: words,
    libraries: ["node:crypto", "js-yaml"],
    never: impure,
    why: "objects follow from the scope alone: no clock, randomness, process, logger or waiting",
  },
  {
    room: `${cluster}/phases`,
    may: [`${cluster}/api`],
    mayTypes: ["src/platform"],
    why: "phases talk to the platform through the session that they are given",
  },
  {
    room: `${cluster}/components`,
    may: [`${cluster}/api`, `${cluster}/options`, `${cluster}/objects`, `${cluster}/phases`],
    mayTypes: words,
    libraries: [],
    never: impure,
    why: "a component is a value: it says what it wants and reaches its peers through the scope",
  },
  {
    room: `${cluster}/sync`,
    may: [
      `${cluster}/api`,
      `${cluster}/objects`,
      `${cluster}/components/component.ts`,
      "src/kube/api-error.ts",
      "src/kube/pod-trouble.ts",
      ...words,
    ],
    why: "the sync takes components as data and knows none in particular; what it needs of a client it declares itself",
  },
  {
    room: `${cluster}/deletion`,
    may: [`${cluster}/api`, `${cluster}/defaults`, `${cluster}/sync`, "src/kube/api-error.ts", ...words],
    why: "what is left of a cluster is told from what is there: no component is asked",
  },
  {
    room: `${cluster}/prepare`,
    may: [`${cluster}/api`, `${cluster}/defaults`, ...words],
    mayTypes: [`${cluster}/sync`],
    why: "what a pass begins with depends on no component; what it needs of a client it declares itself",
  },
  {
    room: cluster,
    may: ["src/kube", "src/version.ts"],
    why: "the pass and what stands around it put the rooms together",
  },
  { room: "src/cli", may: [cluster, "src/kube", "src/version.ts"], why: "the command line stands on everything" },
  { room: "src/version.ts", may: [], why: "the version is that of the package" },
  { room: "src/main.ts", may: ["src/cli"], why: "the program hands on to the command line" },
];
