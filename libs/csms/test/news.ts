import type { CsmsNews } from '../src/index.js';

/** What a CSMS tells, to be waited for. */
export interface NewsBox {
  readonly all: CsmsNews[];
  readonly tell: (news: CsmsNews) => void;
  /** The first of this kind, and of this look, that has not been taken yet. */
  take<Kind extends CsmsNews['kind']>(kind: Kind, fits?: (news: Extract<CsmsNews, { kind: Kind }>) => boolean): Promise<Extract<CsmsNews, { kind: Kind }>>;
}

export function newsBox(): NewsBox {
  const all: CsmsNews[] = [];
  const taken = new Set<CsmsNews>();
  const waiting = new Set<() => void>();
  return {
    all,
    tell(news) {
      all.push(news);
      for (const look of waiting) look();
    },
    take: (kind, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = all.find((news): news is Extract<CsmsNews, { kind: typeof kind }> => news.kind === kind && !taken.has(news) && fits(news as never));
          if (found === undefined) return;
          taken.add(found);
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
