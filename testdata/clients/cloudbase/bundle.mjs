import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

// bundle builds the page with the browser build of the SDK as it comes from npm.
export async function bundle() {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL('page.js', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    logLevel: 'error',
  });
  return outputFiles[0].text;
}
