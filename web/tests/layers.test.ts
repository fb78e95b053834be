// @vitest-environment node
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import ts from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { oneWay } from '../tools/layers.js';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What the rule of eslint.config.js says of a file with this one line. */
async function complaints(file: string, line: string): Promise<string[]> {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['**/*.ts'],
      languageOptions: { parser: ts.parser },
      plugins: { layers: { rules: { 'one-way': oneWay } } },
      rules: { 'layers/one-way': 'error' },
    } as never,
  });
  const [result] = await eslint.lintText(line, { filePath: `${root}/${file}` });
  return result?.messages.map((message) => message.messageId ?? message.message) ?? [];
}

describe('shared -> features -> app', () => {
  it.each([
    ['features/search/x.ts', `import { a } from '../trip/a';`, 'sideways'],
    ['features/search/form/x.ts', `import { a } from '../../trip/a';`, 'sideways'],
    ['features/search/x.ts', `import { a } from '@wayfare/features/trip/a';`, 'sideways'],
    ['features/search/x.ts', `const page = import('../trip/TripPage');`, 'sideways'],
    ['features/search/x.ts', `export * from '../../app/src/router';`, 'upwards'],
    ['shared/src/ui/x.ts', `import { a } from '../../../features/search/a';`, 'upwards'],
    ['shared/src/x.ts', `type A = import('@wayfare/features/search/a').A;`, 'upwards'],
    ['shared/src/x.ts', `import '@wayfare/app/src/main';`, 'upwards'],
  ])('in %s refuses %s', async (file, line, complaint) => {
    expect(await complaints(file, line)).toEqual([complaint]);
  });

  it.each([
    ['features/search/results/x.ts', `import { a } from '../form/a';`],
    ['features/search/x.ts', `import { api } from '@wayfare/shared/api';`],
    ['app/src/x.ts', `import feature from '../../features/search/pages';`],
    ['shared/src/ui/x.ts', `import { useMemo } from 'react';`],
  ])('in %s allows %s', async (file, line) => {
    expect(await complaints(file, line)).toEqual([]);
  });

  it('holds for every file: the configuration has the rule', async () => {
    const eslint = new ESLint({ cwd: root });
    for (const file of ['shared/src/a.ts', 'features/search/a.tsx', 'app/src/a.ts']) {
      const config = (await eslint.calculateConfigForFile(`${root}/${file}`)) as {
        rules: Record<string, unknown[]>;
      };
      expect(config.rules['layers/one-way']?.[0]).toBe(2);
    }
  });
});
