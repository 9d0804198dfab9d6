/** What the library loads by itself, where it is not there already; it has no types of its own. */
declare module 'pdfjs-dist/legacy/build/pdf.worker.mjs';
