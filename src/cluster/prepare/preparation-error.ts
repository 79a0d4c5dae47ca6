/** Something that a person must mend before a cluster can be worked on; the message is a sentence for that person. */
export class PreparationError extends Error {
  /** One word for programs. */
  readonly reason: string;

  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "PreparationError";
    this.reason = reason;
  }
}
