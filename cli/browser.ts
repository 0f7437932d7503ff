import { spawn } from 'node:child_process';

/** Opens the address where the computer has a browser that can be asked. It is shown in any case. */
export function openBrowser(url: string): void {
  const [command, ...args] = opener();
  if (!command) return;
  // No shell in between: the address is one argument, whatever is in it.
  // eslint-disable-next-line @n8n/community-nodes/no-dangerous-functions -- this runs at a user's terminal, never in n8n
  const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
  child.once('error', () => undefined);
  child.unref();
}

function opener(): string[] {
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return process.env.DISPLAY || process.env.WAYLAND_DISPLAY ? ['xdg-open'] : [];
}
