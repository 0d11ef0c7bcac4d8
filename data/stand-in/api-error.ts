/** The fields of Stripe's error object, next to `type`. Source: https://docs.stripe.com/api/errors */
export interface ErrorFields {
  readonly type?: string;
  readonly code?: string;
  readonly message: string;
  readonly param?: string;
}

/** A refusal, with the status and the body Stripe answers. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: ErrorFields;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, fields: ErrorFields, headers: Readonly<Record<string, string>> = {}) {
    super(fields.message);
    this.name = "ApiError";
    this.status = status;
    this.fields = fields;
    this.headers = headers;
  }

  /** The body, as JSON can hold it. */
  body(requestId: string): object {
    const { code } = this.fields;
    return {
      error: {
        ...(code === undefined ? {} : { doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll("_", "-")}` }),
        request_log_url: `https://dashboard.stripe.com/logs/${requestId}`,
        type: "invalid_request_error",
        ...this.fields,
      },
    };
  }
}
