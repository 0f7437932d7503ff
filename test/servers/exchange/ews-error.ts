/** What Exchange says of one thing that it cannot do, as a ResponseCodeType. */
export class EwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** Beside it: for how many milliseconds the client is to leave it alone. */
    readonly backOff?: number,
    readonly responseClass: 'Error' | 'Warning' = 'Error',
  ) {
    super(message);
  }
}
