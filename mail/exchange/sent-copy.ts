import type { SendOptions, SentCopy } from '../message/outgoing';

/** Exchange keeps the copy itself, unless it is told not to. */
export const sentCopyOf = ({ saveToSent }: SendOptions): SentCopy =>
  saveToSent === 'never'
    ? { saved: false, reason: 'It was not wanted' }
    : { saved: true, folder: 'Sent Items' };
