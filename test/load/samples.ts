import { table, writeSection } from '../reliability/report';
import { sleep } from '../servers/wait';
import type { Usage } from './memory';

export interface Sample extends Usage {
  done: string;
  seconds: number;
  /** Open at the mail servers. */
  connections: number;
  /** At Dovecot, since the start. */
  logins: number;
}

const HEAD = [
  ...['After', 'Seconds', 'Heap and buffers (MB)', 'Resident (MB)', 'Sockets', 'Open files'],
  ...['Mail connections', 'Logins'],
];

/** Looks at an n8n now and then, and writes each time what it has seen: a run that is ended early leaves that. */
export class Samples {
  private readonly all: Sample[] = [];
  private readonly notes: string[] = [];
  private readonly started = Date.now();

  constructor(
    private readonly title: string,
    private readonly about: string,
    private readonly look: () => Promise<Omit<Sample, 'done' | 'seconds'>>,
  ) {}

  async take(done: string): Promise<Sample> {
    await sleep(2_000);
    const sample = { done, seconds: (Date.now() - this.started) / 1000, ...(await this.look()) };
    this.all.push(sample);
    console.log(JSON.stringify(sample));
    this.write();
    return sample;
  }

  note(text: string): void {
    this.notes.push(text);
    this.write();
  }

  private write(): void {
    const rows = this.all.map((sample) => [
      sample.done,
      String(Math.round(sample.seconds)),
      ...[sample.heap, sample.resident].map((megabytes) => megabytes.toFixed(1)),
      ...[sample.sockets, sample.descriptors, sample.connections, sample.logins].map(String),
    ]);
    writeSection(this.title, [this.about, table(HEAD, rows), ...this.notes].join('\n\n'));
  }
}
