import type { ITriggerFunctions } from 'n8n-workflow';

import { newest, storeForSibling, storeMemory, storedMemory, type Memory } from './memory';
import type { Live, TriggerProcess } from './process';
import { logWarning } from './tell';

/** Keeps what a trigger remembers: in this process at once, and with n8n at the next `emit` or activation. */
export class TriggerMemory {
  memory: Memory | undefined;

  /**
   * @param id of the node, in this process
   * @param start a digest of "Start With"
   */
  constructor(
    private readonly context: ITriggerFunctions,
    private readonly process: TriggerProcess,
    private readonly id: string,
    private readonly owner: Live,
    private readonly start: string,
  ) {}

  /** What is remembered of an earlier trigger of the node, unless it started elsewhere. */
  recall(): Memory | undefined {
    const kept = this.process.recall(this.id, storedMemory(this.context));
    this.memory = kept?.start === this.start ? kept : undefined;
    return this.memory && { ...this.memory, started: newest(this.memory.started) };
  }

  /** Never throws. */
  keep({ watch, started, idsChangedAt }: Pick<Memory, 'watch' | 'started' | 'idsChangedAt'>): void {
    this.memory = {
      ...{ v: 1, at: Date.now(), start: this.start, watch, started: [...started] },
      ...(idsChangedAt !== undefined && { idsChangedAt }),
    };
    // A newer listener has its own.
    if (!this.process.isNewest(this.id, this.owner)) return;
    this.process.keep(this.id, this.memory);
    if (this.process.isLive(this.id, this.owner)) this.store(this.memory);
  }

  /** With n8n, and for the other triggers of the workflow too: n8n saves all of them together. */
  private store(memory: Memory): void {
    const { context, owner } = this;
    try {
      storeMemory(context, memory);
      for (const other of this.process.all()) {
        if (other === owner || other.workflowId !== owner.workflowId || !other.memory) continue;
        storeForSibling(context, other.nodeName, other.memory);
      }
    } catch (error) {
      // The process has it, and n8n gets it with the next one.
      logWarning(context, error);
    }
  }
}
