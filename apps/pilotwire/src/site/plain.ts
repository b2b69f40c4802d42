/** What comes from elsewhere, fit for a terminal: nothing in it moves a cursor, rings or hides. */
export const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
