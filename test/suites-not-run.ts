/** Says at the end of `npm test` what else there is, so that nobody takes it for everything. */
console.log(
  [
    '',
    'Not run by npm test:',
    '  npm run test:servers   SMTP clients, Postfix, DynamoDB Local, a Ceph gateway, system calls, a full disk, the README (installs Debian packages)',
    '  npm run test:long      every interleaving of two filings and a purge, crashes, failing stores, 100,000 mutated mails, 20,000 fetched messages',
    '  npm run bench:ingest   figures of the pipeline on real mail',
  ].join('\n'),
);
