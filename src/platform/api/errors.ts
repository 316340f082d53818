/** A refusal with an HTTP status and a sentence for the caller; each service dresses it in its own error body. */
export class ApiError extends Error {
  readonly status: number;
  /** The service's own name of the error where it has one (Neutron's "NetworkInUse", say). */
  readonly kind: string | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, more: { kind?: string; headers?: Record<string, string> } = {}) {
    super(message);
    this.status = status;
    this.kind = more.kind;
    this.headers = more.headers ?? {};
  }
}

export const badRequest = (why: string, kind?: string) => new ApiError(400, why, { kind });
export const unauthorized = (why = "The request you have made requires authentication.") => new ApiError(401, why);
export const forbidden = (why: string, kind?: string) => new ApiError(403, why, { kind });
export const notFound = (why: string, kind?: string) => new ApiError(404, why, { kind });
export const conflict = (why: string, kind?: string) => new ApiError(409, why, { kind });
export const tooLarge = (why: string, kind?: string) => new ApiError(413, why, { kind });
export const unavailable = (why: string) => new ApiError(503, why, { headers: { "retry-after": "2" } });
