import { describe, expect, it } from 'vitest';

import type { Message } from '../../../mail/model/message';
import { inOrder } from '../../../mail/model/message-search';

const message = (id: string, receivedAt?: string, date?: string): Message =>
  ({ id, receivedAt, date }) as Message;
const idsOf = (messages: readonly Message[]): string[] => messages.map(({ id }) => id);

const [FIRST, SECOND, THIRD] = [1, 2, 3].map((day) => `2026-11-0${day}T00:00:00.000Z`);

describe('messages of several folders, and of a thread', () => {
  const all = [
    message('without'),
    message('late', THIRD),
    message('early', FIRST, THIRD),
    message('dated', undefined, SECOND),
  ];

  it('are in the order of their arrival, or of the sender where it is not known', () => {
    expect(idsOf(inOrder(all, 'oldest'))).toEqual(['early', 'dated', 'late', 'without']);
    expect(idsOf(inOrder(all, 'newest'))).toEqual(['late', 'dated', 'early', 'without']);
  });

  it('are cut behind the first of them', () => {
    expect(idsOf(inOrder(all, 'newest', 2))).toEqual(['late', 'dated']);
  });

  it('of one time are in the order of the senders', () => {
    const same = [
      message('answer', THIRD, SECOND),
      message('question', THIRD, FIRST),
      message('none', THIRD),
    ];
    expect(idsOf(inOrder(same, 'oldest'))).toEqual(['question', 'answer', 'none']);
    expect(idsOf(inOrder(same, 'newest'))).toEqual(['answer', 'question', 'none']);
  });
});
