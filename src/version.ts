import manifest from "../package.json" with { type: "json" };

/** Version of this program, from its package; a bundle carries it in itself. */
export const { name: programName, version } = manifest;
