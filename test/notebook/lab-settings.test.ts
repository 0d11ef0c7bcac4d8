import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { labSettings } from "../../src/notebook/lab-settings";

const root = mkdtempSync(join(tmpdir(), "recon-lab-settings-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test("each checkout has its own kernel, tabs and settings, before those of the user", () => {
  const env = { JUPYTER_PATH: "/mine", HOME: "/home/user" };
  const [one, two] = ["one", "two"].map((name) => labSettings(join(root, name), join(root, name, ".cache"), env).env);
  expect(one?.["JUPYTER_PATH"]).toBe([join(root, "one/.cache/data"), "/mine"].join(delimiter));
  expect(one?.["JUPYTERLAB_WORKSPACES_DIR"]).not.toBe(two?.["JUPYTERLAB_WORKSPACES_DIR"]);
  for (const name of ["one", "two"])
    expect(existsSync(join(root, name, ".cache/data/kernels/recon-ts/kernel.json"))).toBe(true);
  expect(one?.["HOME"]).toBe("/home/user");
});

test("JupyterLab is told to ask nothing of the internet", () => {
  labSettings(join(root, "quiet"), join(root, "quiet"), {});
  const page = JSON.parse(readFileSync(join(root, "quiet/config/labconfig/page_config.json"), "utf8"));
  expect(page.disabledExtensions).toMatchObject({ "@jupyterlab/apputils-extension:announcements": true });
});
