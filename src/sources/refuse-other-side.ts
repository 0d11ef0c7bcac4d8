import { ReconError } from "../recon-error";
import type { Side } from "../subscription";
import type { Format } from "./format";
import type { OpenedFile } from "./open-file";

/**
 * Refuses an export of the other side.
 *
 * @throws ReconError saying which side it is, and what to swap
 */
export function refuseOtherSide(file: OpenedFile, format: Format, side: Side): void {
  if (format.side === "either" || format.side === side) return;
  const hint =
    side === "stripe"
      ? "Give the Stripe export as --stripe and the database export as --database."
      : "Give the database export as --database; were the two swapped?";
  throw new ReconError(
    "swapped",
    `${file.path}: this is a ${format.side} export (${format.title}), but it was given as --${side}. ${hint}`,
  );
}
