/** An answer over HTTP that cannot come from Stripe's API, since it is not JSON: a web page of a proxy or of another host. */
export class ForeignAnswer extends Error {
  readonly status: number;

  constructor(status: number, contentType: string) {
    super(`HTTP ${status} with ${contentType || "no content type"}, where JSON was expected`);
    this.name = "ForeignAnswer";
    this.status = status;
  }
}
