import { MailError } from '../errors';

/** Exchange no longer knows a position. */
export class PositionLost extends MailError {
  constructor() {
    super(
      'SERVER_REFUSED',
      'Exchange no longer knows what has changed since the last time',
      'List the messages of the folder instead.',
    );
  }
}
