/** Rooms from the ground up: a room imports only from itself and from rooms below it. No cycles anywhere. */
const ROOMS = ["sources", "reconcile", "drift", "repair", "report", "monitor", "notebook"];

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    ...ROOMS.map((room, floor) => ({
      name: `${room}-imports-downwards`,
      severity: "error",
      from: { path: `^src/${room}/` },
      to: { path: `^src/(${[...ROOMS.slice(floor + 1), "commands", "cli", "index"].join("|")})(/|\\.ts$)` },
    })),
    { name: "not-to-dev-dependency", severity: "error", from: { path: "^src" }, to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] } },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default", "types"] },
  },
};
