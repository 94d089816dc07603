/** fill puts a number into a text. */
export const fill = (text: string, n: number): string => text.replace('{n}', String(n));
