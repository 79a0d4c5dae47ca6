import { defineConfig } from "vitest/config";

/**
 * Tests on a real API server take their time, several times as much on a slow and busy machine, and one file at a time: what
 * they start fills the machine. A wait inside them ends first and says for what it waited.
 */
const onApiServer = { testTimeout: 480_000, hookTimeout: 480_000, fileParallelism: false };

const onSharedPlane = { ...onApiServer, globalSetup: ["test/support/global-setup.ts"] };

/**
 * Unit tests need nothing but Node. Integration tests share one local control plane, those of `own-plane` each break or
 * fill one of their own, so that the two may run side by side. Of the first, those of the operator run once more with Roles
 * only, as `roles`. Soak tests are the long versions.
 */
export default defineConfig({
  test: {
    coverage: { provider: "v8", include: ["src/**/*.ts"], reporter: ["text-summary", "html"] },
    projects: [
      {
        test: {
          name: "unit",
          // Property tests try many random platforms, and the machine may have other things to do. A wait in a test ends first.
          testTimeout: 180_000,
          // No test changes what another one imports, and to load everything anew for each file takes a third of the time.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["test/integration/**", "test/soak/**"],
        },
      },
      {
        test: {
          ...onSharedPlane,
          name: "integration",
          include: ["test/integration/*.test.ts"],
        },
      },
      {
        test: {
          ...onSharedPlane,
          name: "roles",
          provide: { rights: "roles" },
          include: ["test/integration/operator-*.test.ts"],
        },
      },
      {
        test: {
          ...onApiServer,
          name: "own-plane",
          include: ["test/integration/own-plane/*.test.ts"],
        },
      },
      {
        test: {
          ...onApiServer,
          name: "soak",
          include: ["test/soak/**/*.test.ts"],
          testTimeout: 3_600_000,
        },
      },
    ],
  },
});
