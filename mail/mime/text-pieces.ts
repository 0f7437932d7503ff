/** Pieces are joined as soon as there are so many. */
const MANY = 4096;

/**
 * A text that is made of very many short pieces. A piece alone takes several times its own size in memory, so they are
 * joined from time to time.
 */
export class TextPieces {
  private readonly joined: string[] = [];
  private pieces: string[] = [];

  push(piece: string): void {
    if (this.pieces.push(piece) < MANY) return;
    this.joined.push(this.pieces.join(''));
    this.pieces = [];
  }

  get text(): string {
    return this.joined.join('') + this.pieces.join('');
  }
}
