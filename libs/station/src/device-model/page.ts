import { aliases, fixedKeys } from '../dialects/ocpp16/configuration.js';
import { meanings } from './meanings.js';
import { variableNames, variableOf } from './variables.js';
import type { Variable, VariableName } from './variables.js';

/** The page of the reference: every variable with its key of 1.6, what it may be, its default and what it does. */
export function variablesPage(): string {
  const keyOf = (name: VariableName): string => Object.entries(aliases).find(([, variable]) => variable === name)?.[0] ?? '';
  const rows = variableNames.map((name) => {
    const variable = variableOf(name);
    const access = variable.access === 'ReadWrite' ? '' : variable.access === 'ReadOnly' ? 'read only. ' : 'write only. ';
    return `| \`${name}\` | ${keyOf(name) === '' ? '–' : `\`${keyOf(name)}\``} | ${kind(variable)} | ${variable.default === '' ? 'empty' : `\`${variable.default.replaceAll(',', ', ')}\``} | ${access}${meanings[name]} |`;
  });
  return `# Variables of the device model

Generated from libs/station; do not edit.

OCPP 2.0.1 and 2.1 know them by component and variable, 1.6 by the key in the second column: one value stands behind both.
\`ocpp.variables\` in the [configuration](configuration.md) sets them before the CSMS does, which may change those that are not
read only; what it has changed outlives a restart. An empty list is written as nothing.

| variable | key of 1.6 | holds | default | what it does |
|---|---|---|---|---|
${rows.join('\n')}

1.6 can also read ${fixedKeys.map((key) => `\`${key}\``).join(', ')}.
`;
}

function kind({ type, min, max, unit, values }: Variable): string {
  switch (type) {
    case 'integer':
      return `${min ?? ''} to ${max ?? ''}${unit === undefined ? '' : ` ${unit}`}`;
    case 'boolean':
      return 'true, false';
    case 'string':
      return `text of ${min === undefined ? '' : `${min} to `}${max} characters`;
    case 'OptionList':
      return `one of ${values?.join(', ')}`;
    case 'MemberList':
      return `any of ${values?.join(', ')}`;
    case 'SequenceList':
      return `${values?.join(', ')}, in any order`;
  }
}
