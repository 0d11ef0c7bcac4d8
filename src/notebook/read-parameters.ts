import { ReconError } from "../recon-error";

/** What a parameter may be; `null` stands for a text that is not given. */
export type ParameterValue = string | number | boolean | null;

/** The parameters of a notebook, named and typed by their defaults. */
export type ParametersOf<T> = { readonly [Name in keyof T]: Widened<T[Name]> };

/** `[V]`, because a default of null is `any` inside tslab, where strict is off. */
type Widened<V> = [V] extends [null] ? string | null : V extends boolean ? boolean : V extends number ? number : string;

/** What the runner learns when a notebook asks for its parameters. */
export interface ParametersRead {
  readonly defaults: Readonly<Record<string, ParameterValue>>;
  readonly given: Readonly<Record<string, ParameterValue>>;
}

/**
 * The parameters of a notebook: its defaults, overridden by what the runner was given with `-p name=value`.
 *
 * Call it once, in the cell tagged `parameters`. In a front end it returns the defaults,
 * unless the environment variable RECON_PARAMETERS holds a JSON object of overrides.
 * A value takes the type of its default; a default of `null` means a text that may be missing.
 *
 * @throws ReconError `unknown_parameter` for a name the notebook does not have, `invalid_parameter` for a value of another type
 */
export function readParameters<T extends Record<string, ParameterValue>>(defaults: T): ParametersOf<T> {
  const given = overrides();
  const names = Object.keys(defaults);
  const unknown = Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const takes = names.length > 0 ? `It takes: ${names.join(", ")}.` : "It takes none.";
    throw new ReconError("unknown_parameter", `This notebook has no parameter ${unknown.join(", ")}. ${takes}`);
  }
  const coerced = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, coerce(name, value, defaults[name] ?? null)]),
  );
  const read: ParametersRead = { defaults, given: coerced };
  const runner = (globalThis as Record<symbol, unknown>)[Symbol.for("recon-ts.parameters")];
  if (typeof runner === "function") runner(read);
  return { ...defaults, ...coerced } as unknown as ParametersOf<T>;
}

function overrides(): Record<string, unknown> {
  const json = process.env.RECON_PARAMETERS;
  if (json === undefined || json === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ReconError(
      "invalid_parameter",
      "RECON_PARAMETERS is not JSON; it must be an object of names and values.",
      {
        cause,
      },
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ReconError("invalid_parameter", "RECON_PARAMETERS must be a JSON object of names and values.");
  }
  return value as Record<string, unknown>;
}

/** The value in the type of its default. The terminal gives texts; RECON_PARAMETERS may give the type itself. */
function coerce(name: string, value: unknown, fallback: ParameterValue): ParameterValue {
  if (typeof fallback === "number") {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
  } else if (typeof fallback === "boolean") {
    if (value === true || value === "true") return true;
    if (value === false || value === "false") return false;
  } else {
    if (typeof value === "string") return value;
    if (value === null && fallback === null) return null;
  }
  const wanted = fallback === null ? "string" : typeof fallback;
  const article = wanted === "boolean" ? "true or false" : `a ${wanted}`;
  throw new ReconError("invalid_parameter", `The parameter ${name} must be ${article}, not ${JSON.stringify(value)}.`);
}
