import { codesOf, typeOf } from '@pilotwire/simulation';
import type { ChargerReplay, Exchange } from '@pilotwire/simulation';

/** One line for equal exchanges that follow each other. */
export function exchangeLines(exchanges: readonly Exchange[]): string[] {
  return folded(exchanges.map(exchangeText));
}

function exchangeText({ request, answer, recorded, verdict }: Exchange): string {
  const ours = answer === undefined ? 'NO ANSWER' : codesOf(answer);
  const theirs = recorded === undefined ? undefined : codesOf(recorded.message);
  const notes = [
    ...(theirs === undefined ? ['no recorded answer'] : theirs === ours ? [] : [`recorded: ${theirs}`]),
    ...(verdict === 'order' ? ['the car broke the order'] : verdict === 'as-recorded' ? ['refused, as recorded'] : []),
    ...(verdict === 'unexpected' ? ['NOT EXPECTED'] : []),
  ];
  return `${request.type.padEnd(28)}  ${ours}${notes.length === 0 ? '' : `  (${notes.join('; ')})`}`;
}

/** What our car asked, what it was answered, and where the recorded car had asked something else. */
export function questionLines({ questions }: ChargerReplay): string[] {
  return folded(questions.map(({ request, answer, recorded }) => {
    const type = typeOf(request);
    const notes = recorded?.type === type ? '' : `  (the recorded car: ${recorded?.type ?? 'nothing'})`;
    return `${type.padEnd(28)}  ${answer === undefined ? 'no answer was recorded' : codesOf(answer.message)}${notes}`;
  }));
}

function folded(texts: readonly string[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < texts.length; ) {
    let next = i;
    while (next < texts.length && texts[next] === texts[i]) next++;
    lines.push(`${(next - i === 1 ? '' : `${next - i} x`).padStart(8)}  ${texts[i]}`);
    i = next;
  }
  return lines;
}
