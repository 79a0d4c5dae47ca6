/** What became of one wanted or no longer wanted object. */
export interface Outcome {
  readonly action: "created" | "updated" | "deleted" | "unchanged" | "waiting" | "failed";
  /** Kind and name of the object, `Deployment prod-keystone`. */
  readonly object: string;
  /** Why it waits or failed: one word for programs, one sentence for people. */
  readonly reason?: string;
  readonly message?: string;
}

/** What is to be said of an object, in a sentence that names it. */
export function outcomeText({ object, action, message = action }: Outcome): string {
  return message.startsWith(`${object} `) ? message : `${object}: ${message}`;
}

/** Something about an object that the spec asks for and that cannot be done; the component goes on without it. */
export interface Complaint {
  /** The condition that it makes false. */
  readonly condition: "StorageAsSpecified" | "ObjectsAsSpecified";
  readonly reason: string;
  /** A sentence that names the remedy, and what it is about: for storage a field of the component's spec with its live value, else an object. */
  readonly message: string;
}
