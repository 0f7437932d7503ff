import { spawn } from 'node:child_process';

/** Opens the address in a browser, if this computer has one. The address is always shown as well. */
export function openBrowser(url: string): void {
  const [command, ...args] = opener();
  if (!command) return;
  // Without a shell, so that the address is always a single argument.
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
