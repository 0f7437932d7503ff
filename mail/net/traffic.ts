import type { Socket } from 'node:net';

/** What went over the network: commands or requests, and bytes. */
export interface Traffic {
  requests: number;
  sent: number;
  received: number;
}

export const NO_TRAFFIC: Traffic = { requests: 0, sent: 0, received: 0 };

export const addTraffic = (one: Traffic, other: Traffic): Traffic => ({
  requests: one.requests + other.requests,
  sent: one.sent + other.sent,
  received: one.received + other.received,
});

export const subtractTraffic = (one: Traffic, other: Traffic): Traffic => ({
  requests: one.requests - other.requests,
  sent: one.sent - other.sent,
  received: one.received - other.received,
});

/** Counts the requests over some sockets, and their bytes. */
export class TrafficCounter {
  private requests = 0;
  private closed = NO_TRAFFIC;
  private readonly open = new Set<Socket>();

  count(requests = 1): void {
    this.requests += requests;
  }

  /** Counts the bytes of a socket. */
  watch(socket: Socket): void {
    if (this.open.has(socket)) return;
    this.open.add(socket);
    socket.once('close', () => {
      this.open.delete(socket);
      this.closed = addTraffic(this.closed, bytesOf(socket));
    });
  }

  get total(): Traffic {
    const open = [...this.open].map(bytesOf).reduce(addTraffic, this.closed);
    return { ...open, requests: this.requests };
  }
}

const bytesOf = ({ bytesWritten, bytesRead }: Socket): Traffic => ({
  requests: 0,
  sent: bytesWritten,
  received: bytesRead,
});
