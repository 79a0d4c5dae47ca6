import { beforeAll, describe, expect, it } from "vitest";
import { sharedControlPlane } from "../support/control-plane.ts";
import { bothWays, type Editing, startEditing } from "../support/edited-cluster.ts";

let editing: Editing;

beforeAll(async () => {
  editing = await startEditing(sharedControlPlane());
  return () => editing.end();
});

const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

describe.concurrent("a spec that is edited step by step", () => {
  it.each(seeds)("ends in the objects of its last state applied at once (seed %i)", async (seed) => {
    const { stepByStep, atOnce } = await bothWays(editing, seed);
    expect(stepByStep).toEqual(atOnce);
  });
});
