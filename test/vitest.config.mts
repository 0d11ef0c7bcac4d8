import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: join(import.meta.dirname, ".."),
    include: ["test/**/*.test.ts"],
    // Tests run whole notebooks, browsers and child processes, on machines of any speed; only a hang ends here.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // The runs of the tests are none to put on record beside one's own.
    env: { RECON_REPORTS: join(tmpdir(), "recon-test-reports") },
  },
});
