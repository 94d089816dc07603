/**
 * ownBase is the URL below which the server of the running script has its paths, told while the script
 * runs first: what stands before the path of the script. Inline scripts have the page's origin.
 */
export function ownBase(scriptPath: RegExp): string {
  const script = document.currentScript as HTMLScriptElement | null;
  return script?.src ? script.src.replace(/[?#].*$/, '').replace(scriptPath, '') : location.origin;
}

/** hostOf is the part of a URL that people know it by. */
export function hostOf(url: string): string {
  return url.split('/')[2] || url;
}
