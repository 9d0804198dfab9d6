/** Says at the end of `npm test` what else there is, so that nobody takes it for everything. */
console.log(
  [
    '',
    'Not run by npm test:',
    '  npm run test:servers   real SMTP clients, a real Postfix and the README walk-through (installs Debian packages)',
    '  npm run test:long      every interleaving of two filings and a purge, crashes by SIGKILL (minutes)',
    '  npm run bench:ingest   figures of the pipeline on real mail',
  ].join('\n'),
);
