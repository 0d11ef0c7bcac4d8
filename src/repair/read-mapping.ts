import { existsSync } from "node:fs";
import { ReconError } from "../recon-error";
import { type Config, readConfig } from "../sources/config";
import { type ColumnNames, PRESET_NAMES, PRESETS, type Preset } from "./presets";

/** How a table is written: what a person has said, not what was guessed. */
export interface Mapping {
  /** As `findTable` takes it. */
  readonly table: string;
  /** Columns that the configuration names: they have to be there. */
  readonly required: ColumnNames;
  /** Columns of the preset: those that are there are written. */
  readonly optional: ColumnNames;
  readonly config: Config;
}

/** Where a mapping is found. */
export interface MappingOptions {
  /** Path of a `recon.json`; the one of the current folder when nothing is said. */
  readonly config?: string | undefined;
  readonly preset?: string | undefined;
  /** Takes the place of the configuration's. */
  readonly table?: string | undefined;
}

const CONFIG = "recon.json";
const TABLE = "subscriptions";

/**
 * Reads how the table is to be written. Reading an export may guess what a column means; writing may not.
 *
 * @throws ReconError when neither a configuration with the columns nor a preset is given.
 */
export async function readMapping({ config: given, preset, table }: MappingOptions): Promise<Mapping> {
  if (preset !== undefined && !isPreset(preset))
    throw new ReconError("no_such_preset", `--preset ${preset}: there is none. There are ${PRESET_NAMES.join(", ")}.`);
  const path = given ?? (existsSync(CONFIG) ? CONFIG : undefined);
  const config = path === undefined ? {} : await readConfig(path);
  const required = config.database?.columns ?? {};
  const optional: ColumnNames = preset === undefined ? {} : PRESETS[preset];
  const columns = { ...optional, ...required };
  if (columns.id === undefined || columns.status === undefined)
    throw new ReconError(
      "no_mapping",
      `To write, the columns have to be named: ${path ?? CONFIG} has no "database": {"columns": {"id": "…", "status": "…"}}. Name them there and give --config, or give --preset ${PRESET_NAMES.join("|")} if the table is one of these.`,
    );
  return { table: table ?? config.database?.table ?? TABLE, required, optional, config };
}

function isPreset(name: string): name is Preset {
  return Object.hasOwn(PRESETS, name);
}
