/** What a promise rejects with; rejects itself when the promise does not. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

/** The message of what a promise rejects with; rejects itself when the promise does not. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  const failure = await failureOf(promise);
  return failure instanceof Error ? failure.message : String(failure);
}
