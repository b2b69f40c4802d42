import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const left = new Set(['node_modules', 'dist', '.git', '.nx', '.tools']);

/**
 * A copy of this workspace in a temporary folder, to change and run things in: the sources copied, installed packages
 * linked, the workspace's own packages linked to their copies. The caller removes it with `remove`.
 */
export function workspaceCopy(): { root: string; remove: () => void } {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'pilotwire-workspace-')));
  cpSync(root, copy, { recursive: true, filter: (source) => source === root || !left.has(basename(source)) });
  linkPackages(join(root, 'node_modules'), join(copy, 'node_modules'), copy);
  return { root: copy, remove: () => rmSync(copy, { recursive: true, force: true }) };
}

function linkPackages(from: string, to: string, copy: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.name === '.bin' || entry.name.startsWith('.package-lock')) continue;
    if (entry.name === '@pilotwire') {
      linkPackages(join(from, entry.name), join(to, entry.name), copy);
      continue;
    }
    const target = realpathSync(join(from, entry.name));
    // npm installs the workspace's own packages as links, and only those.
    const own = entry.isSymbolicLink();
    symlinkSync(own ? join(copy, relative(realpathSync(root), target)) : target, join(to, entry.name), 'junction');
  }
}
