import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Everything the page needs is bundled, editor workers and fonts included: it works without internet. */
export default defineConfig({
  root: folder,
  base: '/playground/',
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../../../dist/web/playground', import.meta.url)),
    emptyOutDir: true,
    // The editor alone is larger than the limit that Vite warns at.
    chunkSizeWarningLimit: 10_000,
    rolldownOptions: {
      // "use client" and the like speak to frameworks that render on a server; here they mean nothing.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  worker: { format: 'es' },
});
