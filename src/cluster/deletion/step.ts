import { ApiError, denialOf } from "../../kube/api-error.ts";
import type { KubeObject } from "../../kube/object.ts";
import { inParallel } from "../sync/in-parallel.ts";
import { missingRight } from "../sync/missing-right.ts";
import type { Store } from "../sync/store.ts";

/** A cluster that is being deleted with its data, and what is around it. */
export interface Leaving {
  readonly cluster: KubeObject;
  /** The other clusters of its namespace, whose data stays. */
  readonly others: readonly KubeObject[];
  readonly store: Pick<Store, "list" | "get" | "owned" | "delete">;
}

/** Something that has to go before a cluster is gone. */
export interface Remnant {
  /** What it is, `Deployment prod-keystone`. */
  readonly name: string;
  /** What keeps it, as far as it is known. */
  readonly held?: string;
  /** Asks for its end; left out where that was asked already, or where it goes with something else. */
  readonly remove?: () => Promise<void>;
}

/** A step of a deletion: it is done when nothing of it is left, and what it has done shows in what is left alone. */
export interface Step {
  /** Reason of the condition while it is not done, `DeletingClaims`. */
  readonly reason: string;
  /** What of it is still there, asked of whoever keeps it. */
  readonly remnants: (leaving: Leaving) => Promise<readonly Remnant[]>;
}

/** How far a deletion is. */
export interface Progress {
  /** What was asked to go. */
  readonly removed: readonly string[];
  /** The first step that is not done; `undefined` when all are. */
  readonly pending?: { readonly reason: string; readonly left: readonly Remnant[] };
}

/** What is asked to go side by side. */
const sideBySide = 8;

/** Does one step after the other, and none before the one ahead of it is done. */
export async function takeSteps(steps: readonly Step[], leaving: Leaving): Promise<Progress> {
  const removed: string[] = [];
  for (const step of steps) {
    const left = await takeStep(step, leaving, removed);
    if (left.length > 0) return { removed, pending: { reason: step.reason, left } };
  }
  return { removed };
}

/** Everything that is left of all steps, and what cannot be looked at. */
export async function everythingLeft(steps: readonly Step[], leaving: Leaving): Promise<readonly Remnant[]> {
  const left = await Promise.all(steps.map((step) => remnantsOf(step, leaving)));
  return left.flat();
}

async function takeStep(step: Step, leaving: Leaving, removed: string[]): Promise<readonly Remnant[]> {
  const found = await remnantsOf(step, leaving);
  const failures = new Map<string, string>();
  await inParallel(found, sideBySide, async ({ name, remove }) => {
    if (remove === undefined) return;
    const failure = await failureOf(remove);
    if (failure === undefined) removed.push(name);
    else failures.set(name, failure);
  });
  const left = found.length === 0 ? found : await remnantsOf(step, leaving);
  return left.map((remnant) => withFailure(remnant, failures.get(remnant.name)));
}

function withFailure(remnant: Remnant, failure: string | undefined): Remnant {
  return failure === undefined ? remnant : { ...remnant, held: failure };
}

async function remnantsOf({ reason, remnants }: Step, leaving: Leaving): Promise<readonly Remnant[]> {
  let found: readonly Remnant[] = [];
  const failure = await failureOf(async () => {
    found = await remnants(leaving);
  });
  return failure === undefined ? found : [{ name: `what ${reason} is about`, held: failure }];
}

/** What the API server says against it; that it does not answer is a matter of the next pass. */
async function failureOf(act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    const denial = denialOf(error);
    if (denial !== undefined) return missingRight(denial);
    if (error instanceof ApiError) return error.message;
    throw error;
  }
}
