import { join } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { hunchProgram } from '../../src/cli/program.js';
import { PACKAGE_ROOT } from '../support/package-root.js';
import { markdownHeadings, markdownSection } from './markdown-section.js';

const PAGE = join(PACKAGE_ROOT, 'docs', 'cli.md');

/** Every command that does something, by how it is called: `hunch flow run <flow>`. */
function commandsBelow(command: Command, path: string): [usage: string, command: Command][] {
  return command.commands.flatMap((child) => {
    const called = `${path} ${child.name()}`;
    if (child.commands.length > 0) return commandsBelow(child, called);
    const parameters = child.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? ` <${name}>` : ` [${name}]`;
    });
    return [[`${called}${parameters.join('')}`, child]];
  });
}

describe('docs/cli.md', () => {
  let commands: ReadonlyMap<string, Command>;
  beforeAll(async () => {
    commands = new Map(commandsBelow(await hunchProgram([]), 'hunch'));
  });

  it('has a section for each command and its arguments, and for no other', () => {
    const headings = markdownHeadings(PAGE, 3).map((title) => title.replaceAll('`', ''));
    expect(headings.sort()).toEqual([...commands.keys()].sort());
  });

  it('has every option of each command, and no other', () => {
    for (const [usage, command] of commands) {
      const section = markdownSection(PAGE, `\`${usage}\``);
      const documented = [...section.matchAll(/^\| `(-[^`]*)` \|/gm)].map(([, flags]) => flags);
      expect(documented, usage).toEqual(command.options.map((option) => option.flags));
    }
  });

  it('describes each command where it is listed', () => {
    const silent = [...commands].filter(([, command]) => command.description() === '');
    expect(silent.map(([usage]) => usage)).toEqual([]);
  });
});
