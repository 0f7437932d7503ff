import { expect, it } from 'vitest';

import { Slots } from '../../../n8n/trigger/slots';

const never = new AbortController().signal;

it('waits until a run has ended', async () => {
  const slots = new Slots(2);
  const [first] = [slots.take(), slots.take()];
  let isFree = false;
  const waits = slots.some(never).then(() => (isFree = true));
  await Promise.resolve();
  expect([slots.free, isFree]).toEqual([0, false]);
  first();
  first();
  await waits;
  expect(slots.free).toBe(1);
});

it('waits no longer for a run that n8n does not tell the end of', async () => {
  const slots = new Slots(1, 20);
  slots.take();
  await slots.some(never);
  expect(slots.free).toBe(1);
});

it('ends the wait when the trigger is closed', async () => {
  const slots = new Slots(1);
  slots.take();
  const closing = new AbortController();
  const waits = slots.some(closing.signal);
  closing.abort();
  await waits;
  expect(slots.free).toBe(0);
});
