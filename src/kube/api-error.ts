import type { Denial } from "./denial.ts";
import { denialIn } from "./denial.ts";

export type { Denial } from "./denial.ts";

/** One of the causes that the server names for a refusal, for instance one field of an invalid object. */
export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

/** `details` of a `Status` body: what the refusal is about. */
export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A `Status` object, the body of every refusal of the API server. */
export interface Status {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: StatusDetails;
}

/** What was being asked of the API server, as errors name it. */
export interface Attempted {
  /** The act in words, `get deployments onecloud/web`. */
  readonly act: string;
  readonly method: string;
  readonly path: string;
  /** Nothing that the server says about the content of an object may be repeated. */
  readonly confidential?: boolean;
}

/** What the server answered: the status code, its `Status` where the body was one, and the wish of a `Retry-After` header. */
export interface Refusal {
  readonly code: number;
  readonly status?: Status;
  readonly retryAfterSeconds?: number;
}

const reasons: Readonly<Record<number, string>> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  405: "MethodNotAllowed",
  409: "Conflict",
  410: "Gone",
  413: "RequestEntityTooLarge",
  415: "UnsupportedMediaType",
  422: "Invalid",
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServiceUnavailable",
  504: "Timeout",
};

/** The API server answered, and refused. The message says what was being done and why not; it holds neither a token nor content of confidential kinds. */
export class ApiError extends Error {
  /** The HTTP status code, or the code of the `Status` that a watch delivered. */
  readonly status: number;
  /** The machine-readable reason of the `Status`, `NotFound`; derived from the code when the body was something else. */
  readonly reason: string;
  /** Present only when the answer was a `Status`; a 404 without it means that the server does not know the kind. */
  readonly details?: StatusDetails;
  /** Seconds that the server asks to wait before the next try. */
  readonly retryAfterSeconds?: number;
  /** The right that is missing, where that is the reason. */
  readonly denied?: Denial;
  readonly method: string;
  readonly path: string;

  constructor(attempted: Attempted, refusal: Refusal) {
    const { code, status } = refusal;
    const reason = reasonOf(refusal);
    super(`${attempted.act}: ${saidOf(attempted, status) ?? `the server answered ${code} (${reason})`}`);
    this.name = "ApiError";
    this.status = code;
    this.reason = reason;
    this.method = attempted.method;
    this.path = attempted.path;
    const retryAfter = refusal.retryAfterSeconds ?? status?.details?.retryAfterSeconds;
    if (retryAfter !== undefined) this.retryAfterSeconds = retryAfter;
    if (status !== undefined) this.details = detailsOf(status, attempted.confidential === true);
    Object.assign(this, deniedIn(refusal));
  }
}

/** The server could not be asked, or its answer did not arrive: refused or broken connection, time-out, TLS failure. */
export class UnreachableError extends Error {
  readonly method: string;
  readonly path: string;
  /** Nothing came within the time allowed. */
  readonly timedOut: boolean;
  /** The request surely did not reach the server, so that even a create may be tried again. */
  readonly unsent: boolean;

  constructor(attempted: Attempted, cause: unknown, timedOut = false) {
    super(`${attempted.act}: ${timedOut ? textOf(cause) : `server not reachable (${textOf(cause)})`}`, { cause });
    this.name = "UnreachableError";
    this.method = attempted.method;
    this.path = attempted.path;
    this.timedOut = timedOut;
    this.unsent = unsentCodes.has(codeOf(cause) ?? "");
  }
}

/** Codes of failures that happen before a connection stands. */
const unsentCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function deniedIn({ code, status }: Refusal): Pick<ApiError, "denied"> {
  const denied = code === 403 ? denialIn(status?.message ?? "") : undefined;
  return denied === undefined ? {} : { denied };
}

function reasonOf({ code, status }: Refusal): string {
  return status?.reason ?? reasons[code] ?? "Unknown";
}

function saidOf(attempted: Attempted, status: Status | undefined): string | undefined {
  return attempted.confidential === true ? fieldsText(status) : status?.message;
}

/** The fields that the server finds fault with, without what it says of their values. */
function fieldsText(status: Status | undefined): string | undefined {
  const causes = (status?.details?.causes ?? []).filter(({ field = "" }) => field !== "");
  const fields = causes.map(({ field = "", reason }) => (reason === undefined ? field : `${field} (${reason})`));
  return fields.length === 0 ? undefined : `the server refuses ${[...new Set(fields)].join(", ")}`;
}

function detailsOf(status: Status, confidential: boolean): StatusDetails {
  const details = status.details ?? {};
  if (!confidential || details.causes === undefined) return details;
  const causes = details.causes.map(({ reason, field }) => ({
    ...(reason === undefined ? {} : { reason }),
    ...(field === undefined ? {} : { field }),
  }));
  return { ...details, causes };
}

function codeOf(cause: unknown): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : undefined;
}

function textOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === "" ? (codeOf(cause) ?? cause.name) : cause.message;
}

function hasStatus(error: unknown, code: number): error is ApiError {
  return error instanceof ApiError && error.status === code;
}

/** Whether the object, or the kind, does not exist (404). */
export function isNotFound(error: unknown): error is ApiError {
  return hasStatus(error, 404);
}

/** Whether the server takes in another definition of the kind just now (429). */
export function isInitializing(error: unknown): error is ApiError {
  return hasStatus(error, 429) && error.message.includes("storage is (re)initializing");
}

/** Whether the server does not accept who asks (401). */
export function isUnauthorized(error: unknown): error is ApiError {
  return hasStatus(error, 401);
}

/** Whether somebody else changed the object meanwhile, or owns a field that was applied without force (409, save for AlreadyExists). */
export function isConflict(error: unknown): error is ApiError {
  return hasStatus(error, 409) && error.reason !== "AlreadyExists";
}

/** Whether an object of that name exists already (409 with reason AlreadyExists). */
export function isAlreadyExists(error: unknown): error is ApiError {
  return hasStatus(error, 409) && error.reason === "AlreadyExists";
}

/** Whether the server's validation or admission refused the content of the object (422). */
export function isInvalid(error: unknown): error is ApiError {
  return hasStatus(error, 422);
}

/** Whether the rights of this program, a quota or an admission rule forbid it (403). */
export function isForbidden(error: unknown): error is ApiError {
  return hasStatus(error, 403);
}

/** The right that is missing, when that is why the server refused; errors that this one caused count too. */
export function denialOf(error: unknown): Denial | undefined {
  if (error instanceof ApiError) return error.denied;
  return error instanceof Error && error.cause !== undefined ? denialOf(error.cause) : undefined;
}

/** Whether an object cannot be made because its namespace is being deleted (403). */
export function isNamespaceTerminating(error: unknown): error is ApiError {
  return isForbidden(error) && error.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") === true;
}

/** Whether a resourceVersion or a continue token is too old to go on from (410, reasons Gone and Expired). */
export function isGone(error: unknown): error is ApiError {
  return hasStatus(error, 410);
}
