import type { Clock } from "./clock.ts";

/** How fast work may come: one token per event, refilled steadily up to the burst. */
export interface TokenBucketOptions {
  readonly ratePerSecond: number;
  readonly burst: number;
  readonly clock: Clock;
}

/** A token bucket. */
export interface TokenBucket {
  /** Takes a token, on credit if need be, and tells after how many milliseconds it is covered. */
  reserve(): number;
  /** Takes a token if there is one and tells whether it did. */
  tryTake(): boolean;
  /** True when nothing was taken for so long that the bucket is full again. */
  isFull(): boolean;
}

/** Makes a token bucket that starts full. */
export function createTokenBucket({ ratePerSecond, burst, clock }: TokenBucketOptions): TokenBucket {
  let tokens = burst;
  let filledAt = clock.now();
  const refill = (): number => {
    const now = clock.now();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * ratePerSecond);
    filledAt = now;
    return tokens;
  };
  return {
    reserve: () => {
      tokens = refill() - 1;
      return tokens >= 0 ? 0 : (-tokens / ratePerSecond) * 1000;
    },
    tryTake: () => {
      if (refill() < 1) return false;
      tokens -= 1;
      return true;
    },
    isFull: () => refill() >= burst,
  };
}

/** Limits of a rate limiter; what is left out is as in client-go's default controller rate limiter. */
export interface RateLimits {
  /** Delay of a key's first retry in milliseconds, doubled with each further one; 5. */
  readonly baseDelayMs?: number;
  /** The longest delay of a key in milliseconds; 1 000 000. */
  readonly maxDelayMs?: number;
  /** Retries of all keys together per second; 10. */
  readonly ratePerSecond?: number;
  /** Retries of all keys together that may come at once; 100. */
  readonly burst?: number;
}

/** Tells how long a key that failed has to wait. */
export interface RateLimiter {
  /** Counts one more failure of the key and tells its delay in milliseconds. */
  when(key: string): number;
  /** Forgets the key's failures. */
  forget(key: string): void;
  /** How often the key failed since it was last forgotten. */
  numRequeues(key: string): number;
}

/** Joins a delay per key that doubles with an overall token bucket; the longer of both counts. */
export function createRateLimiter(limits: RateLimits, clock: Clock): RateLimiter {
  const { baseDelayMs = 5, maxDelayMs = 1_000_000, ratePerSecond = 10, burst = 100 } = limits;
  const bucket = createTokenBucket({ ratePerSecond, burst, clock });
  const failures = new Map<string, number>();
  return {
    when: (key) => {
      const failed = failures.get(key) ?? 0;
      failures.set(key, failed + 1);
      return Math.max(Math.min(baseDelayMs * 2 ** failed, maxDelayMs), bucket.reserve());
    },
    forget: (key) => void failures.delete(key),
    numRequeues: (key) => failures.get(key) ?? 0,
  };
}
