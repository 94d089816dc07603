import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

// bundle builds a page with the client as it comes from npm.
export async function bundle(page) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [fileURLToPath(new URL(page, import.meta.url))],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    alias: { crypto: fileURLToPath(new URL('nothing.js', import.meta.url)) },
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
  });
  return outputFiles[0].text;
}
