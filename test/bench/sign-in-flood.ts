// The process of `sign-in.ts` that tries passwords, or asks for nothing: as many a second as told, from a hundred
// networks and for a thousand users.

const [base = '', perSecond = '0', what = 'sign-in'] = process.argv.slice(2);
const EVERY_MS = 20;

let sent = 0;
const startedAt = performance.now();
setInterval(() => {
  const due = Math.floor(((performance.now() - startedAt) / 1000) * Number(perSecond));
  for (; sent < due; sent++) void attempt(sent);
}, EVERY_MS);

async function attempt(n: number): Promise<void> {
  const response = await (what === 'health' ? fetch(`${base}/health`) : signIn(n));
  await response.arrayBuffer();
  process.send?.(response.status);
}

function signIn(n: number): Promise<Response> {
  return fetch(`${base}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `192.0.2.${n % 100}` },
    body: JSON.stringify({ userName: `user${n % 1000}`, password: 'wrong password' }),
  });
}
