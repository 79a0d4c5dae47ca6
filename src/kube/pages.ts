import { isGone, UnreachableError } from "./api-error.ts";
import type { ListOptions } from "./call-options.ts";
import { listCall } from "./calls.ts";
import type { Page } from "./calls.ts";
import type { Kind, KubeObject, ObjectMeta } from "./object.ts";
import type { Transport } from "./transport.ts";

/** All objects of a list, each with its apiVersion and kind, as they were at one resourceVersion. */
export interface KubeList {
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
}

/** Objects per page. */
const pageSize = 500;

/** Reads all pages of a list. When the server forgets the state that the pages come from, the whole is read again in one piece. */
export async function readPages(transport: Transport, kind: Kind, options: ListOptions): Promise<KubeList> {
  const items: KubeObject[] = [];
  let page: Page = { limit: pageSize };
  for (;;) {
    const answer = await readPage(transport, kind, { options, page });
    if (answer === undefined) {
      items.length = 0;
      page = {};
      continue;
    }
    for (const item of answer.items ?? []) items.push({ ...item, apiVersion: kind.apiVersion, kind: kind.kind });
    if (answer.metadata.continue === undefined || answer.metadata.continue === "") {
      return { items, resourceVersion: answer.metadata.resourceVersion };
    }
    page = { limit: pageSize, continue: answer.metadata.continue };
  }
}

interface Request {
  readonly options: ListOptions;
  readonly page: Page;
}

/** One page; undefined when the server no longer knows the state that the former pages came from. */
async function readPage(transport: Transport, kind: Kind, { options, page }: Request): Promise<ListAnswer | undefined> {
  const call = listCall(kind, options, page);
  let text: string;
  try {
    text = await transport.call(call);
  } catch (error) {
    if (isGone(error) && page.continue !== undefined) return undefined;
    throw error;
  }
  const answer = parsed(text);
  if (!isListAnswer(answer)) throw new UnreachableError(call, new Error("the answer is no list"));
  return answer;
}

interface ListAnswer {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  /** The server leaves apiVersion and kind out of the items, and the items of an empty list of metadata. */
  readonly items: readonly { readonly metadata: ObjectMeta; readonly [field: string]: unknown }[] | null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isListAnswer(answer: unknown): answer is ListAnswer {
  if (typeof answer !== "object" || answer === null) return false;
  return "items" in answer && (answer.items === null || Array.isArray(answer.items)) && "metadata" in answer;
}
