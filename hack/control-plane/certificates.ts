// The certificate library looks up its classes through this polyfill and wants it loaded first.
// oxlint-disable-next-line import/no-unassigned-import
import "reflect-metadata";
import { generateKeyPairSync, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** A certificate and its private key (PKCS #8), both in PEM. */
export interface Credential {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority that lives as long as one control plane. */
export interface Authority {
  readonly cert: string;
  /** A certificate for 127.0.0.1 and localhost, usable by servers and by the peers of etcd. */
  issueServing(): Promise<Credential>;
  /** A client certificate; Kubernetes reads the common name as the user and the organization as the group. */
  issueClient(commonName: string, organization: string | undefined): Promise<Credential>;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const validDays = 365;

/** Makes a new certificate authority. */
export async function createAuthority(): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: "CN=local-control-plane",
    keys,
    signingAlgorithm: algorithm,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  const issue = issuer(certificate, keys.privateKey);
  return {
    cert: certificate.toString("pem"),
    issueServing: () =>
      issue("CN=localhost", [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension([
          { type: "ip", value: "127.0.0.1" },
          { type: "dns", value: "localhost" },
        ]),
      ]),
    issueClient: (commonName, organization) =>
      issue(organization === undefined ? `CN=${commonName}` : `O=${organization}, CN=${commonName}`, [
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      ]),
  };
}

/** Makes the key pair with which service account tokens are signed and checked: `cert` is the bare public key. */
export function createTokenKeys(): Credential {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    cert: publicKey.export({ type: "spki", format: "pem" }).toString(),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function issuer(authority: X509Certificate, signingKey: webcrypto.CryptoKey) {
  return async (subject: string, extensions: readonly Extension[]): Promise<Credential> => {
    const keys = await generateKeys();
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: authority.subject,
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: algorithm,
      ...validity(),
      extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true), ...extensions],
    });
    const key = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    return { cert: certificate.toString("pem"), key: PemConverter.encode(key, PemConverter.PrivateKeyTag) };
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function validity(): { readonly notBefore: Date; readonly notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - 60_000), notAfter: new Date(now + validDays * 86_400_000) };
}
