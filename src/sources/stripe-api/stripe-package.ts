import type Stripe from "stripe";

/** Stripe's client, loaded when it is first used: it has more files than all of ours, and a comparison of two files needs none of them. */
export function stripePackage(): typeof Stripe {
  return require("stripe") as typeof Stripe;
}
