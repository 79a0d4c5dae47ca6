const factors: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The form of a Kubernetes quantity, as a JSON schema carries it: a number with an exponent or a suffix. */
export const quantityPattern = "^([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+))([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$";
const pattern = new RegExp(quantityPattern);

/** The form of a quantity that may not be below zero, as those of resources. */
export const amountPattern = quantityPattern.replace("[+-]?", "\\+?");

/** The number that a Kubernetes quantity stands for, `500m` is 0.5; `undefined` for what is no quantity. */
export function parseQuantity(text: string | number): number | undefined {
  if (typeof text === "number") return text;
  const [, number, suffix = ""] = pattern.exec(text) ?? [];
  if (number === undefined) return undefined;
  const factor = factors[suffix];
  return factor === undefined ? Number(number + suffix) : Number(number) * factor;
}

/** Whether two quantities are stored as the same: the API server rounds resources up to thousandths. */
export function sameQuantity(a: string | number, b: string | number): boolean {
  return storedQuantity(a) === storedQuantity(b);
}

/** One value for all spellings of a quantity that are stored as the same: its thousandths, or the text when it is no quantity. */
export function storedQuantity(quantity: string | number): string | number {
  const value = parseQuantity(quantity);
  return value === undefined ? quantity : thousandths(value);
}

/** Rounded up, but not for the sake of what floating-point numbers cannot hold exactly. */
function thousandths(value: number): number {
  const scaled = value * 1000;
  return Math.ceil(scaled - Math.abs(scaled) * 1e-12 - 1e-9);
}
